import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Duration, JsonPatch, Size } from 'cdk8s';
import { Cpu, DnsPolicy, EmptyDirMedium, EnvValue, Node, NodeLabelQuery, Probe, Secret, Topology, Volume } from 'cdk8s-plus-28';
import * as kplus from 'cdk8s-plus-28';
import {
  Analysis, BlueGreenDeployments, BlueGreenRelease, CanaryDeployments, CanaryRelease, type CanaryReleaseProps, CanaryStep, CanarySteps, CloudIdentity, Colour, ConfigurationError,
  type ConfigurationErrorCode, ConnectionVariables, DisruptionBudget, DnsProfile, Environment, ExternalEndpoint, ExternalNameService, Findings, Health, Identity,
  type ITrafficRouting, KubernetesObject, KubernetesVersion, MeshProfile, Metric, NamePrefix, Namespace, NetworkPeer, PathType, Port, ProductionService, type ProductionServiceProps,
  Prometheus, Promotion, ReleaseController, Replicas, Resources, ScalingMetric, ServiceExposure, Shutdown, Spread, TrafficDistribution, TrafficRouting,
} from 'cdk8s-production';
import { MINIMAL } from './helpers/manifests';
import { bound } from './helpers/traffic';

/** A value as JavaScript lets it through, where TypeScript would not. */
const js = <T>(value: unknown): T => value as T;

type Action = (chart: Chart) => unknown;
type Row = readonly [name: string, action: Action, code: ConfigurationErrorCode, property: string, value: string, fix: string];

/** A service with some props on top of what each needs. */
const web = (props: object): Action => chart => new ProductionService(chart, 'web', { ...MINIMAL, ...props } as ProductionServiceProps);
/** The same, where an environment holds. */
const webIn = (environment: Environment, props: object = {}): Action => chart => {
  environment.attachTo(chart);
  return web(props)(chart);
};
/** What is done with two services that are right. */
const two = (action: (web: ProductionService, db: ProductionService, chart: Chart) => unknown): Action => chart =>
  action(new ProductionService(chart, 'web', MINIMAL), new ProductionService(chart, 'db', { ...MINIMAL, port: Port.tcp(5432), health: Health.tcp() }), chart);
const secret = (chart: Chart) => Secret.fromSecretName(chart, 'secret', 'web-secret');

const SERVICE: readonly Row[] = [
  ['no props at all', chart => new ProductionService(chart, 'web', js(undefined)), 'InvalidValue', '(props)', 'nothing', 'pass an object'],
  ['null for the props', chart => new ProductionService(chart, 'web', js(null)), 'InvalidValue', '(props)', 'null', 'pass an object'],
  ['an image for the props', chart => new ProductionService(chart, 'web', js('nginx:1.27.3')), 'InvalidValue', '(props)', 'nginx', 'pass an object'],
  ['a typo in a prop', web({ replica: Replicas.fixed(3) }), 'UnknownProperty', 'replica', 'fixed', "did you mean 'replicas'?"],
  ['a prop that never was', web({ ingressHostname: 'shop.example.com' }), 'UnknownProperty', 'ingressHostname', 'shop.example.com', "remove 'ingressHostname'"],
  ['null where a prop could be left out', web({ replicas: null }), 'InvalidValue', 'replicas', 'null', 'leave'],
  ['an id that is no name', chart => new ProductionService(chart, 'Web Shop', MINIMAL), 'InvalidName', 'name', 'Web Shop', 'rename'],
  ['an id with an underscore', chart => new ProductionService(chart, 'web_shop', MINIMAL), 'InvalidName', 'name', 'web_shop', 'rename'],
  ['a name that is too long', web({ name: 'a'.repeat(60) }), 'InvalidName', 'name', 'aaaa', 'shorten it by 14 characters'],
  ['a number for the name', web({ name: 42 }), 'InvalidName', 'name', '42', 'name'],
  ['an empty name', web({ name: '' }), 'InvalidName', 'name', '""', 'name'],
  ['a name that no Service may have', web({ name: '1st' }), 'InvalidName', 'name', '1st', 'set its name'],
  ['a name beside renamedFrom', web({ name: 'web', renamedFrom: 'shop' }), 'ConflictingProperties', 'renamedFrom', 'shop', 'name alone'],
  ['a former id that is no name', web({ renamedFrom: 'Web' }), 'InvalidName', 'renamedFrom', 'Web', 'rename'],
  ['a typo in names', web({ names: { deployment: 'web' } }), 'UnknownProperty', 'names.deployment', 'web', 'deployment'],
  ['a text for names', web({ names: 'web' }), 'InvalidValue', 'names', 'web', 'object'],
  ['an adopted Service with an impossible name', web({ names: { service: 'Web.Service' } }), 'InvalidName', 'names.service', 'Web.Service', 'name'],
  ['no selector label', web({ selectorLabels: {} }), 'MissingValue', 'selectorLabels', '{}', 'spec.selector.matchLabels'],
  ['a selector as a text', web({ selectorLabels: 'app=web' }), 'InvalidValue', 'selectorLabels', 'app=web', '{ '],
  ['a number in the selector', web({ selectorLabels: { app: 1 } }), 'InvalidValue', 'selectorLabels.app', '1', 'quotes'],
  ['a label value with a space', web({ labels: { team: 'the shop' } }), 'InvalidValue', 'labels.team', 'the shop', 'annotation'],
  ['a boolean label', web({ labels: { public: true } }), 'InvalidValue', 'labels.public', 'true', 'quotes'],
  ['a label key with a space', web({ labels: { 'my team': 'shop' } }), 'InvalidName', 'labels', 'my team', 'rename the key'],
  ['labels as a list', web({ labels: ['team=shop'] }), 'InvalidValue', 'labels', 'team=shop', '{ '],
  ['a label that the service sets itself', web({ labels: { 'app.kubernetes.io/name': 'other' } }), 'ConflictingProperties', 'labels["app.kubernetes.io/name"]', 'other', 'selectorLabels'],
  ['a number in an annotation', web({ annotations: { 'prometheus.io/port': 8080 } }), 'InvalidValue', 'annotations["prometheus.io/port"]', '8080', 'quotes'],
  ['annotations as a text', web({ annotations: 'a=b' }), 'InvalidValue', 'annotations', 'a=b', '{ '],
  ['a number for the version', web({ version: 1.4 }), 'InvalidValue', 'version', '1.4', 'quotes'],
  ['a version that is no label value', web({ version: '1.4.2+build.7' }), 'InvalidValue', 'version', '+build', 'reword'],
  ['a component with a space', web({ component: 'front end' }), 'InvalidValue', 'component', 'front end', 'reword'],
];

const CONTAINER: readonly Row[] = [
  ['no image', web({ image: undefined }), 'InvalidImage', 'image', 'nothing', 'repository'],
  ['a number for the image', web({ image: 7 }), 'InvalidImage', 'image', '7', 'repository'],
  ['an image as an object', web({ image: { name: 'web', tag: '1.4.2' } }), 'InvalidImage', 'image', '1.4.2', 'repository'],
  ['an image without a tag', web({ image: 'registry.example.com/shop/web' }), 'MutableImage', 'image', 'shop/web', 'add the full version'],
  ['the tag latest', web({ image: 'nginx:latest' }), 'MutableImage', 'image', 'latest', "replace the tag 'latest'"],
  ['a tag that is half a version', web({ image: 'nginx:1.27' }), 'MutableImage', 'image', '1.27', 'full version'],
  ['an image in capitals', web({ image: 'registry.example.com/Shop/Web:1.4.2' }), 'InvalidImage', 'image', 'Shop/Web', 'lower case'],
  ['a digest that is too short', web({ image: 'nginx@sha256:abcdef' }), 'InvalidImage', 'image', 'sha256:abcdef', 'digest'],
  ['a pull policy that never was', web({ imagePullPolicy: 'Never' }), 'InvalidValue', 'imagePullPolicy', 'Never', 'digest'],
  ['an image that is not asked for again, by its tag', web({ imagePullPolicy: 'IfNotPresent' }), 'InvalidValue', 'imagePullPolicy', 'IfNotPresent', 'digest'],
  ['a command as a text', web({ command: 'node server.js' }), 'InvalidValue', 'command', 'node server.js', 'square brackets'],
  ['a number among the arguments', web({ args: ['--port', 8080] }), 'InvalidValue', 'args[1]', '8080', 'quotes'],
  ['variables as a list, as in YAML', web({ env: [{ name: 'LOG_LEVEL', value: 'info' }] }), 'InvalidValue', 'env', 'LOG_LEVEL', '{ '],
  ['a number in a variable', web({ env: { PORT: 8080 } }), 'InvalidValue', 'env.PORT', '8080', "'8080'"],
  ['a boolean in a variable', web({ env: { DEBUG: false } }), 'InvalidValue', 'env.DEBUG', 'false', "'false'"],
  ['a variable that is not there', web({ env: { REGION: undefined } }), 'InvalidValue', 'env.REGION', 'nothing', 'leave it out'],
  ['null in a variable', web({ env: { REGION: null } }), 'InvalidValue', 'env.REGION', 'null', 'leave it out'],
  ['a variable whose name starts with a digit', web({ env: { '2FA': 'on' } }), 'InvalidName', 'env["2FA"]', '2FA', 'rename'],
  ['a password in a variable', web({ env: { DB_PASSWORD: 'hunter2' } }), 'SecretInManifest', 'env.DB_PASSWORD', 'not shown', 'EnvValue.fromSecretValue'],
  ['a password in an address', web({ env: { DATABASE_URL: 'postgres://web:hunter2@db/shop' } }), 'SecretInManifest', 'env.DATABASE_URL', 'not shown', 'EnvValue.fromSecretValue'],
  ['a password in an EnvValue', web({ env: { API_TOKEN: EnvValue.fromValue('t0k3n') } }), 'SecretInManifest', 'env.API_TOKEN', 'not shown', 'notSecret'],
  ['notSecret as a text', web({ env: { API_TOKEN: 'none' }, notSecret: 'API_TOKEN' }), 'InvalidValue', 'notSecret', 'API_TOKEN', 'square brackets'],
  ['envFrom as a text', web({ envFrom: 'web-config' }), 'InvalidValue', 'envFrom', 'web-config', 'square brackets'],
  ['the name of a ConfigMap in envFrom', web({ envFrom: ['web-config'] }), 'InvalidValue', 'envFrom[0]', 'web-config', 'Env.fromConfigMap'],
  ['mounts as an object', web({ mounts: { path: '/data' } }), 'InvalidValue', 'mounts', '/data', 'square brackets'],
  ['a mount without a volume', web({ mounts: [{ path: '/data' }] }), 'InvalidValue', 'mounts[0].volume', 'nothing', 'Volume'],
  ['a typo in a mount', chart => web({ mounts: [{ mountPath: '/data', volume: Volume.fromSecret(chart, 'v', secret(chart)) }] })(chart), 'UnknownProperty', 'mounts[0].mountPath', '/data', "remove 'mountPath'"],
  ['a relative mount', chart => web({ mounts: [{ path: 'data', volume: Volume.fromSecret(chart, 'v', secret(chart)) }] })(chart), 'InvalidValue', 'mounts[0].path', 'data', 'root of the container'],
  ['a mount with the text yes for readOnly', chart => web({ mounts: [{ path: '/data', readOnly: 'yes', volume: Volume.fromSecret(chart, 'v', secret(chart)) }] })(chart), 'InvalidValue', 'mounts[0].readOnly', 'yes', 'true or false'],
  ['a mount of a parent directory', chart => web({ mounts: [{ path: '/data', subPath: '../etc', volume: Volume.fromSecret(chart, 'v', secret(chart)) }] })(chart), 'InvalidValue', 'mounts[0].subPath', '../etc', 'relative'],
  ['a directory of the node', chart => web({ mounts: [{ path: '/run', volume: Volume.fromHostPath(chart, 'v', 'run', { path: '/run' }) }] })(chart), 'PodSecurityViolation', 'mounts[0].volume', 'hostPath', 'PersistentVolumeClaim'],
  ['an emptyDir without a limit', chart => web({ mounts: [{ path: '/cache', volume: Volume.fromEmptyDir(chart, 'v', 'cache') }] })(chart), 'MissingValue', 'mounts[0].volume', 'without sizeLimit', 'sizeLimit'],
  ['an emptyDir in memory without a limit', chart => web({ mounts: [{ path: '/cache', volume: Volume.fromEmptyDir(chart, 'v', 'cache', { medium: EmptyDirMedium.MEMORY }) }] })(chart), 'MissingValue', 'mounts[0].volume', 'without sizeLimit', 'sizeLimit'],
  ['two volumes of one name', chart => web({
    mounts: [
      { path: '/a', volume: Volume.fromSecret(chart, 'a', secret(chart), { name: 'data' }) },
      { path: '/b', volume: Volume.fromEmptyDir(chart, 'b', 'data', { sizeLimit: Size.mebibytes(10) }) },
    ],
  })(chart), 'VolumeConflict', 'mounts[1].volume', 'data', 'another name'],
  ['two mounts at one path', chart => web({
    mounts: [{ path: '/etc/app.yaml', volume: Volume.fromSecret(chart, 'v', secret(chart)) }], files: { '/etc/app.yaml': 'a: 1' },
  })(chart), 'VolumeConflict', 'mounts', '/etc/app.yaml', 'another path'],
  ['scratch as a list', web({ scratch: ['/tmp'] }), 'InvalidValue', 'scratch', '/tmp', '{ '],
  ['scratch with a text for the size', web({ scratch: { '/tmp': '128Mi' } }), 'InvalidValue', 'scratch["/tmp"]', '128Mi', 'Size.mebibytes(256)'],
  ['scratch larger than the disk', web({ scratch: { '/tmp': Size.gibibytes(1) } }), 'InvalidValue', 'scratch', '1Gi', 'ephemeralStorage'],
  ['scratch at a relative path', web({ scratch: { tmp: Size.mebibytes(10) } }), 'InvalidValue', 'scratch.tmp', 'tmp', 'root of the container'],
  ['files as a list', web({ files: ['/etc/app.yaml'] }), 'InvalidValue', 'files', '/etc/app.yaml', '{ '],
  ['a file at a relative path', web({ files: { 'app.yaml': 'a: 1' } }), 'InvalidValue', 'files["app.yaml"]', 'app.yaml', 'root of the container'],
  ['a file that climbs out', web({ files: { '/etc/../var/x': 'a' } }), 'InvalidValue', 'files["/etc/../var/x"]', '..', 'root of the container'],
  ['a folder for a file', web({ files: { '/etc/app/': 'a' } }), 'InvalidValue', 'files["/etc/app/"]', '/etc/app/', 'write /etc/app'],
  ['an object for the content of a file', web({ files: { '/etc/app.json': { debug: true } } }), 'InvalidValue', 'files["/etc/app.json"]', 'debug', 'JSON.stringify'],
  ['a private key in a file', web({ files: { '/etc/key.pem': '-----BEGIN PRIVATE KEY-----\nMIIE' } }), 'SecretInManifest', 'files["/etc/key.pem"]', 'not shown', 'Secret'],
  ['two files that would be one', web({ files: { '/a/b': '1', '/a_b': '2' } }), 'VolumeConflict', 'files', '/a_b', 'rename'],
  ['files of more than a mebibyte', web({ files: { '/etc/big': 'x'.repeat(1024 * 1024 + 1) } }), 'InvalidValue', 'files', '1048577 bytes', 'image'],
];

const PORTS: readonly Row[] = [
  ['a port as a text', web({ port: '8080' }), 'InvalidValue', 'port', '8080', 'the number 8080'],
  ['NaN for the port', web({ port: NaN }), 'InvalidValue', 'port', 'NaN', 'as a number'],
  ['null for the port', web({ port: null }), 'InvalidValue', 'port', 'null', 'leave'],
  ['a port that is half', web({ port: 8080.5 }), 'InvalidValue', 'port', '8080.5', 'as a number'],
  ['port 0', web({ port: 0 }), 'InvalidValue', 'port', '0', 'as a number'],
  ['a port above the last', web({ port: 70000 }), 'InvalidValue', 'port', '70000', 'as a number'],
  ['a port that only root can have', web({ port: 80 }), 'PodSecurityViolation', 'port', '80', 'servicePort: 80'],
  ['a plain object for the port', web({ port: { number: 8080 } }), 'InvalidValue', 'port', '8080', 'the number 8080'],
  ['a port number as a text', web({ port: Port.http(js('8080')) }), 'InvalidValue', 'port', '8080', 'without quotes'],
  ['null for the options of a port', web({ port: Port.http(8080, js(null)) }), 'InvalidValue', 'port', 'null', 'pass an object'],
  ['a typo in a port', web({ port: Port.http(8080, js({ servicport: 80 })) }), 'UnknownProperty', 'port.servicport', '80', "did you mean 'servicePort'?"],
  ['a port name in capitals', web({ port: Port.http(8080, { name: 'HTTP' }) }), 'InvalidName', 'port.name', 'HTTP', '"http"'],
  ['a port name that is too long', web({ port: Port.http(8080, { name: 'administration-x' }) }), 'InvalidName', 'port.name', 'administration-x', 'short name'],
  ['Service port 0', web({ port: Port.http(8080, { servicePort: 0 }) }), 'InvalidValue', 'port.servicePort', '0', 'bounds'],
  ['a node port out of the range', web({ port: Port.http(8080, { nodePort: 8080 }), exposure: ServiceExposure.nodePort() }), 'InvalidValue', 'port.nodePort', '8080', 'bounds'],
  ['a node port without a NodePort', web({ port: Port.http(8080, { nodePort: 30080 }) }), 'PortConflict', 'exposure', 'clusterIp', 'ServiceExposure.nodePort('],
  ['a published port that is not there', web({ exposure: ServiceExposure.loadBalancer({ ports: ['admin'] }) }), 'PortConflict', 'exposure.ports[0]', 'admin', 'additionalPorts'],
  ['no published port', web({ exposure: ServiceExposure.nodePort({ ports: [] }) }), 'MissingValue', 'exposure.ports', '[]', 'main one'],
  ['an empty protocol', web({ port: Port.tcp(8080, { appProtocol: '' }) }), 'InvalidValue', 'port.appProtocol', '""', 'http'],
  ['further ports as one', web({ additionalPorts: Port.grpc(9090) }), 'InvalidValue', 'additionalPorts', '9090', 'square brackets'],
  ['a number among further ports', web({ additionalPorts: [9090] }), 'InvalidValue', 'additionalPorts[0]', '9090', 'Port.http(9090'],
  ['further ports without a main one', web({ port: undefined, additionalPorts: [Port.http(9090)] }), 'MissingValue', 'port', 'nothing', 'additionalPorts to port'],
  ['two ports of one name', web({ additionalPorts: [Port.http(9090)] }), 'PortConflict', 'additionalPorts', 'http', 'another name'],
  ['two ports with one number', web({ additionalPorts: [Port.grpc(8080)] }), 'PortConflict', 'additionalPorts', '8080/TCP', 'another container port'],
  ['two ports with one Service port', web({ additionalPorts: [Port.http(9090, { name: 'admin' })] }), 'PortConflict', 'additionalPorts', '80/TCP', 'another Service port'],
  ['a metrics port that is not there', web({ metricsPort: 'metrics' }), 'PortConflict', 'metricsPort', 'metrics', 'additionalPorts'],
  ['a number for the metrics port', web({ metricsPort: 8080 }), 'PortConflict', 'metricsPort', '8080', 'name one'],
];

const HEALTH: readonly Row[] = [
  ['no health', web({ health: undefined }), 'InvalidValue', 'health', 'nothing', 'Health.none(reason)'],
  ['a plain object for health', web({ health: { readiness: '/ready' } }), 'InvalidValue', 'health', '/ready', "Health.http({ readiness: '/ready' })"],
  ['a path for health', web({ health: '/ready' }), 'InvalidValue', 'health', '/ready', "Health.http({ readiness: '/ready' })"],
  ['HTTP health without options', web({ health: Health.http(js(undefined)) }), 'InvalidValue', 'health', 'nothing', 'pass an object'],
  ['a typo in health', web({ health: Health.http(js({ readyness: '/ready' })) }), 'UnknownProperty', 'health.readyness', '/ready', "did you mean 'readiness'?"],
  ['no readiness path', web({ health: Health.http(js({ liveness: '/live' })) }), 'MissingValue', 'health.readiness', 'nothing', "readiness: '/ready'"],
  ['a path without a slash', web({ health: Health.http({ readiness: 'ready' }) }), 'InvalidValue', 'health.readiness', 'ready', '"/"'],
  ['one path for both checks', web({ health: Health.http({ readiness: '/health', liveness: '/health' }) }), 'ProbeConflict', 'health.liveness', '/health', 'leave liveness out'],
  ['a liveness that is less patient', web({ health: Health.http({ readiness: '/r', liveness: '/l', livenessTiming: { failureThreshold: 1 } }) }), 'ProbeConflict', 'health.livenessTiming', '10 s', 'failureThreshold'],
  ['a startup budget without liveness', web({ health: Health.http({ readiness: '/r', startupBudget: Duration.minutes(1) }) }), 'ConflictingProperties', 'health.startupBudget', '1 minute', 'add liveness'],
  ['a number for the startup budget', web({ health: Health.http({ readiness: '/r', liveness: '/l', startupBudget: js(60) }) }), 'InvalidValue', 'health.startupBudget', '60', 'Duration.seconds'],
  ['a timeout longer than the period', web({ health: Health.http({ readiness: '/r', readinessTiming: { timeout: Duration.seconds(20) } }) }), 'InvalidValue', 'health.readinessTiming.timeout', '20 s', 'period'],
  ['a typo in the timing', web({ health: Health.http({ readiness: '/r', readinessTiming: js({ periodSeconds: 5 }) }) }), 'UnknownProperty', 'health.readinessTiming.periodSeconds', '5', 'period'],
  ['half a second for a period', web({ health: Health.http({ readiness: '/r', readinessTiming: { period: Duration.millis(500) } }) }), 'InvalidValue', 'health.readinessTiming.period', '0.5', 'whole seconds'],
  ['a text for tls', web({ health: Health.http({ readiness: '/r', tls: js('no') }) }), 'InvalidValue', 'health.tls', 'no', 'true or false'],
  ['a check at a port that is not there', web({ health: Health.http({ readiness: '/r', port: 'admin' }) }), 'PortConflict', 'health.port', 'admin', 'add the port'],
  ['an HTTP check of a UDP service', web({ port: Port.udp(5353) }), 'PortConflict', 'health.port', 'nothing', 'Health.exec'],
  ['an HTTP check of a worker', web({ port: undefined }), 'PortConflict', 'health.port', 'nothing', 'Health.exec'],
  ['a number for a gRPC service name', web({ port: Port.grpc(9090), health: Health.grpc({ readiness: js(1) }) }), 'InvalidValue', 'health.readiness', '1', 'service'],
  ['a liveness for TCP checks', web({ health: Health.tcp(js({ liveness: '/live' })) }), 'UnknownProperty', 'health.liveness', '/live', 'remove'],
  ['a command as a text', web({ health: Health.exec({ readiness: js('cat /tmp/ready') }) }), 'InvalidValue', 'health.readiness', 'cat /tmp/ready', 'square brackets'],
  ['an empty command', web({ health: Health.exec({ readiness: [] }) }), 'MissingValue', 'health.readiness', '[]', 'Health.exec'],
  ['no command for a service with a port', web({ health: Health.exec({ liveness: ['/bin/check'] }) }), 'MissingValue', 'health.readiness', 'nothing', 'Health.exec'],
  ['a text for a probe', web({ health: Health.probes({ readiness: js('/ready') }) }), 'InvalidValue', 'health.readiness', '/ready', 'Probe'],
  ['a probe at a foreign port', web({ health: Health.probes({ readiness: Probe.fromHttpGet('/ready', { port: 9999 }) }) }), 'PortConflict', 'health.readiness.port', '9999', 'additionalPorts'],
  ['a probe of another host', web({ health: Health.probes({ readiness: Probe.fromTcpSocket({ host: 'example.com', port: 8080 }) }) }), 'PodSecurityViolation', 'health.readiness.host', 'example.com', 'leave the host out'],
  ['no check and no reason', web({ health: Health.none(js(undefined)) }), 'MissingValue', 'health.none', 'nothing', 'say why'],
  ['no check for a short reason', web({ health: Health.none('todo') }), 'MissingValue', 'health.none', 'todo', 'say why'],
];

const SCALE: readonly Row[] = [
  ['a number for the replicas', web({ replicas: 3 }), 'InvalidValue', 'replicas', '3', 'Replicas'],
  ['a plain object for the replicas', web({ replicas: { minReplicas: 3, maxReplicas: 10 } }), 'InvalidValue', 'replicas', 'minReplicas', 'Replicas.autoscaled('],
  ['a fixed number as a text', web({ replicas: Replicas.fixed(js('3')) }), 'InvalidValue', 'replicas', '"3"', 'write 3, without quotes'],
  ['no replicas', web({ replicas: Replicas.fixed(0) }), 'InvalidValue', 'replicas', '0', 'Replicas.fixed(3)'],
  ['NaN replicas', web({ replicas: Replicas.fixed(NaN) }), 'InvalidValue', 'replicas', 'NaN', 'Replicas.fixed(3)'],
  ['undefined replicas', web({ replicas: Replicas.fixed(js(undefined)) }), 'InvalidValue', 'replicas', 'nothing', 'Replicas.fixed(3)'],
  ['half a replica', web({ replicas: Replicas.external(1.5) }), 'InvalidValue', 'replicas', '1.5', 'Replicas.external(3)'],
  ['null for the autoscaling', web({ replicas: Replicas.autoscaled(js(null)) }), 'InvalidValue', 'replicas', 'null', 'pass an object'],
  ['a number for the autoscaling', web({ replicas: Replicas.autoscaled(js(3)) }), 'InvalidValue', 'replicas', '3', 'pass an object'],
  ['a typo in the autoscaling', web({ replicas: Replicas.autoscaled(js({ minreplicas: 3 })) }), 'UnknownProperty', 'replicas.minreplicas', '3', "did you mean 'minReplicas'?"],
  ['the fewest replicas as a text', web({ replicas: Replicas.autoscaled({ minReplicas: js('3') }) }), 'InvalidValue', 'replicas.minReplicas', '"3"', 'write 3, without quotes'],
  ['one replica where availability is high', web({ replicas: Replicas.autoscaled({ minReplicas: 1 }) }), 'InvalidValue', 'replicas.minReplicas', '1', 'RELAXED'],
  ['more replicas at least than at most', web({ replicas: Replicas.autoscaled({ minReplicas: 8, maxReplicas: 4 }) }), 'InvalidValue', 'replicas.maxReplicas', '4', 'at least minReplicas, 8'],
  ['as many replicas at least as at most', web({ replicas: Replicas.autoscaled({ minReplicas: 4, maxReplicas: 4 }) }), 'InvalidValue', 'replicas.maxReplicas', '4', 'Replicas.fixed(4)'],
  ['a CPU target as a fraction', web({ replicas: Replicas.autoscaled({ cpuUtilization: 0.7 }) }), 'InvalidValue', 'replicas.cpuUtilization', '0.7', 'percent'],
  ['a CPU target as a text', web({ replicas: Replicas.autoscaled({ cpuUtilization: js('70%') }) }), 'InvalidValue', 'replicas.cpuUtilization', '70%', 'such as 70'],
  ['a memory target above all', web({ replicas: Replicas.autoscaled({ memoryUtilization: 150 }) }), 'InvalidValue', 'replicas.memoryUtilization', '150', 'percent'],
  ['metrics as one', web({ replicas: Replicas.autoscaled({ metrics: js(ScalingMetric.pods('queue', 5)) }) }), 'InvalidValue', 'replicas.metrics', '{', 'square brackets'],
  ['a metric as a text', web({ replicas: Replicas.autoscaled({ metrics: js(['queue']) }) }), 'InvalidValue', 'replicas.metrics[0]', 'queue', 'ScalingMetric.pods'],
  ['a metric without a name', web({ replicas: Replicas.autoscaled({ metrics: [ScalingMetric.pods(js(undefined), 5)] }) }), 'InvalidValue', 'replicas.metrics[0].name', 'nothing', 'metric name'],
  ['a metric with a bad quantity', web({ replicas: Replicas.autoscaled({ metrics: [ScalingMetric.external('queue', 'many')] }) }), 'InvalidValue', 'replicas.metrics[0].averageValue', 'many', '500m'],
  ['a metric with the value NaN', web({ replicas: Replicas.autoscaled({ metrics: [ScalingMetric.external('queue', NaN)] }) }), 'InvalidValue', 'replicas.metrics[0].averageValue', 'NaN', '500m'],
  ['a metric with a typo', web({ replicas: Replicas.autoscaled({ metrics: [ScalingMetric.external('queue', 5, js({ label: {} }))] }) }), 'UnknownProperty', 'replicas.metrics[0].label', '{}', 'labels'],
  ['a metric of no object', web({ replicas: Replicas.autoscaled({ metrics: [ScalingMetric.object('rps', js(undefined), 5)] }) }), 'InvalidValue', 'replicas.metrics[0].object', 'nothing', 'pass an object'],
  ['a typo in the scale-up', web({ replicas: Replicas.autoscaled({ scaleUp: js({ percents: 50 }) }) }), 'UnknownProperty', 'replicas.scaleUp.percents', '50', "did you mean 'percent'?"],
  ['a number for the scale-down window', web({ replicas: Replicas.autoscaled({ scaleDown: { stabilizationWindow: js(300) } }) }), 'InvalidValue', 'replicas.scaleDown.stabilizationWindow', '300', 'Duration'],
  ['half a second for a scaling period', web({ replicas: Replicas.autoscaled({ scaleUp: { period: Duration.millis(500) } }) }), 'InvalidValue', 'replicas.scaleUp.period', '0.5', '1 s'],
  ['a tolerance as a text', webIn(Environment.production({ kubernetesVersion: KubernetesVersion.V1_37 }), { replicas: Replicas.autoscaled({ scaleUp: { tolerance: js('0.1') } }) }), 'InvalidValue', 'replicas.scaleUp.tolerance', '"0.1"', '0.05'],
  ['a tolerance before its time', web({ replicas: Replicas.autoscaled({ scaleUp: { tolerance: 0.05 } }) }), 'UnsupportedByKubernetesVersion', 'replicas.scaleUp.tolerance', '0.05', '1.35'],
  ['a plain object for the resources', web({ resources: { cpu: '500m' } }), 'InvalidValue', 'resources', '500m', 'Resources.of('],
  ['no options for the resources', web({ resources: Resources.of(js(undefined)) }), 'InvalidValue', 'resources', 'nothing', 'pass an object'],
  ['CPU as a text', web({ resources: Resources.of({ cpu: js('500m') }) }), 'InvalidValue', 'resources.cpu', '500m', 'Cpu.millis'],
  ['CPU as a number', web({ resources: Resources.of({ cpu: js(2) }) }), 'InvalidValue', 'resources.cpu', '2', 'Cpu.units(2)'],
  ['memory as a text', web({ resources: Resources.of({ memory: js('512Mi') }) }), 'InvalidValue', 'resources.memory', '512Mi', 'Size.mebibytes'],
  ['memory in the wrong unit', web({ resources: Resources.of({ memory: Size.kibibytes(512) }) }), 'InvalidValue', 'resources.memory', '512Ki', 'Size.mebibytes'],
  ['a typo in the resources', web({ resources: Resources.of(js({ memorylimit: Size.gibibytes(1) })) }), 'UnknownProperty', 'resources.memorylimit', '', "did you mean 'memoryLimit'?"],
  ['a CPU limit below the request', web({ resources: Resources.of({ cpu: Cpu.units(2), cpuLimit: Cpu.units(1) }) }), 'InvalidValue', 'resources.cpuLimit', '1', 'raise the limit'],
  ['a memory limit below the request', web({ resources: Resources.of({ memory: Size.gibibytes(2), memoryLimit: Size.gibibytes(1) }) }), 'InvalidValue', 'resources.memoryLimit', '1Gi', 'raise the limit'],
  ['a limit for guaranteed resources', web({ resources: Resources.guaranteed(js({ cpuLimit: Cpu.units(1) })) }), 'UnknownProperty', 'resources.cpuLimit', '1', 'cpuLimit'],
  ['no CPU limit and no reason', web({ resources: Resources.withoutCpuLimit('') }), 'MissingValue', 'resources.withoutCpuLimit', '""', 'say why'],
  ['a CPU limit without a CPU limit', web({ resources: Resources.withoutCpuLimit('latency counts here', { cpuLimit: Cpu.units(1) }) }), 'ConflictingProperties', 'resources.cpuLimit', '1', 'Resources.of'],
  ['a plain object for the budget', web({ disruptionBudget: { maxUnavailable: 1 } }), 'InvalidValue', 'disruptionBudget', 'maxUnavailable', 'DisruptionBudget.maxUnavailable(1)'],
  ['a budget of none', web({ disruptionBudget: DisruptionBudget.maxUnavailable(0) }), 'DisruptionBudgetBlocksDrain', 'disruptionBudget.maxUnavailable', '0', 'DisruptionBudget.maxUnavailable(1)'],
  ['a budget of 0 %', web({ disruptionBudget: DisruptionBudget.maxUnavailable('0%') }), 'DisruptionBudgetBlocksDrain', 'disruptionBudget.maxUnavailable', '0%', '10%'],
  ['a budget as a number in a text', web({ disruptionBudget: DisruptionBudget.maxUnavailable('1') }), 'DisruptionBudgetBlocksDrain', 'disruptionBudget.maxUnavailable', '"1"', 'without quotes'],
  ['a budget of NaN', web({ disruptionBudget: DisruptionBudget.maxUnavailable(NaN) }), 'InvalidValue', 'disruptionBudget.maxUnavailable', 'NaN', 'bounds'],
  ['a budget that holds every pod', web({ disruptionBudget: DisruptionBudget.minAvailable(3) }), 'DisruptionBudgetBlocksDrain', 'disruptionBudget.minAvailable', '3', 'maxUnavailable(1)'],
  ['a budget that rounds up to every pod', web({ disruptionBudget: DisruptionBudget.minAvailable(js('90%')) }), 'InvalidValue', 'disruptionBudget.minAvailable', '90%', 'round up'],
  ['no budget and no reason', web({ disruptionBudget: DisruptionBudget.none(js(undefined)) }), 'MissingValue', 'disruptionBudget.none', 'nothing', 'say why'],
  ['a budget that holds the only pod', web({ replicas: Replicas.fixed(1), disruptionBudget: DisruptionBudget.minAvailable(1) }), 'DisruptionBudgetBlocksDrain', 'disruptionBudget.minAvailable', '1', 'replicas'],
];

const RELEASE: readonly Row[] = [
  ['a typo in the rollout', web({ rollout: { minReadySeconds: 10 } }), 'UnknownProperty', 'rollout.minReadySeconds', '10', 'minReady'],
  ['a number for minReady', web({ rollout: { minReady: 10 } }), 'InvalidValue', 'rollout.minReady', '10', 'Duration.seconds(10)'],
  ['a text for the strategy', web({ rollout: { strategy: 'Recreate' } }), 'InvalidValue', 'rollout.strategy', 'Recreate', 'DeploymentStrategy'],
  ['a plain object for the strategy', web({ rollout: { strategy: { type: 'RollingUpdate' } } }), 'InvalidValue', 'rollout.strategy', 'RollingUpdate', 'DeploymentStrategy'],
  ['no history', web({ rollout: { revisionHistoryLimit: 0 } }), 'InvalidValue', 'rollout.revisionHistoryLimit', '0', 'rolled back'],
  ['a deadline before a pod may have started', web({ rollout: { progressDeadline: Duration.minutes(2) } }), 'InvalidValue', 'rollout.progressDeadline', '120 s', 'startup budget'],
  ['a plain object for the shutdown', web({ shutdown: { delay: Duration.seconds(5) } }), 'InvalidValue', 'shutdown', 'delay', 'Shutdown.graceful()'],
  ['a typo in the shutdown', web({ shutdown: Shutdown.graceful(js({ delaySeconds: 5 })) }), 'UnknownProperty', 'shutdown.delaySeconds', '5', 'delay'],
  ['a number for the delay', web({ shutdown: Shutdown.graceful({ delay: js(5) }) }), 'InvalidValue', 'shutdown.delay', '5', 'Duration.seconds(5)'],
  ['no time to drain', web({ shutdown: Shutdown.graceful({ drain: Duration.seconds(0) }) }), 'InvalidValue', 'shutdown.drain', '0', 'whole seconds'],
  ['a command of the shutdown as a text', web({ shutdown: Shutdown.exec(js('sleep 5')) }), 'InvalidValue', 'shutdown.command', 'sleep 5', 'square brackets'],
  ['no command for the shutdown', web({ shutdown: Shutdown.exec([]) }), 'MissingValue', 'shutdown.command', '[]', '/bin/sleep'],
  ['a sleep longer than its delay', web({ shutdown: Shutdown.exec(['/bin/sleep', '20']) }), 'ShutdownTooShort', 'shutdown.delay', '5 s', 'Duration.seconds(20)'],
  ['a text for the hook', web({ shutdown: Shutdown.hook(js('/drain')) }), 'InvalidValue', 'shutdown.handler', '/drain', 'Handler'],
  ['no shutdown and no reason', web({ shutdown: Shutdown.none(js(null)) }), 'MissingValue', 'shutdown.none', 'null', 'say why'],
  ['a delay without a shutdown', web({ shutdown: Shutdown.none('it drains on SIGTERM', { delay: Duration.seconds(5) }) }), 'ConflictingProperties', 'shutdown.delay', '5 seconds', 'Shutdown.graceful({ delay })'],
  ['a number for the delay without a shutdown', web({ shutdown: Shutdown.none('it drains on SIGTERM', { delay: js(5) }) }), 'InvalidValue', 'shutdown.delay', '5', 'Duration.seconds(5)'],
  ['a graceful shutdown before 1.30', webIn(Environment.production({ kubernetesVersion: KubernetesVersion.V1_29 })), 'UnsupportedByKubernetesVersion', 'shutdown', 'Shutdown.graceful()', "Shutdown.exec(['/bin/sleep', '5'])"],
  ['a text for postStart', web({ postStart: 'echo' }), 'InvalidValue', 'postStart', 'echo', 'Handler'],
  ['no release strategy', chart => new ProductionService(chart, 'web', MINIMAL).releaseWith(js(undefined)), 'InvalidValue', 'releaseWith', 'nothing', 'IReleaseStrategy'],
  ['a text for a release strategy', chart => new ProductionService(chart, 'web', MINIMAL).releaseWith(js('canary')), 'InvalidValue', 'releaseWith', 'canary', 'IReleaseStrategy'],
  ['two release strategies', chart => {
    const service = new ProductionService(chart, 'web', MINIMAL);
    for (const description of ['first', 'second']) {
      service.releaseWith({ description, apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', revisionLabel: 'rollouts-pod-template-hash', renderSpec: common => common });
    }
  }, 'ReleaseConflict', 'releaseWith', 'second', 'keep one'],
  ['an autoscaler beside our own', chart => new kplus.HorizontalPodAutoscaler(chart, 'hpa', { target: new ProductionService(chart, 'web', MINIMAL), maxReplicas: 5 }), 'AutoscalerConflict', 'replicas', 'Replicas.autoscaled', 'Replicas.external'],
];

const PLACEMENT: readonly Row[] = [
  ['a typo in the placement', web({ placement: { nodeselector: { disk: 'ssd' } } }), 'UnknownProperty', 'placement.nodeselector', 'ssd', "did you mean 'nodeSelector'?"],
  ['a text for the placement', web({ placement: 'zone-a' }), 'InvalidValue', 'placement', 'zone-a', 'pass an object'],
  ['a text for the spread', web({ placement: { spread: 'zones' } }), 'InvalidValue', 'placement.spread', 'zones', 'Spread.preferred()'],
  ['more zones than pods', web({ placement: { spread: Spread.overZones(5) } }), 'UnsatisfiablePlacement', 'placement.spread.overZones', '5', 'Spread.preferred()'],
  ['zones as a text', web({ placement: { spread: Spread.overZones(js('3')) } }), 'InvalidValue', 'placement.spread.overZones', '"3"', 'without quotes'],
  ['fewer nodes than pods', web({ placement: { spread: Spread.onePodPerNode(4) } }), 'UnsatisfiablePlacement', 'placement.spread.onePodPerNode', '4', 'add nodes'],
  ['one pod a node before 1.31', webIn(Environment.production({ kubernetesVersion: KubernetesVersion.V1_30 }), { placement: { spread: Spread.onePodPerNode(30) } }), 'UnsupportedByKubernetesVersion', 'placement.spread.onePodPerNode', 'Spread.onePodPerNode', '1.31'],
  ['no spread and no reason', web({ placement: { spread: Spread.none('') } }), 'MissingValue', 'placement.spread.none', '""', 'say why'],
  ['a node selector as a text', web({ placement: { nodeSelector: 'disk=ssd' } }), 'InvalidValue', 'placement.nodeSelector', 'disk=ssd', '{ '],
  ['a boolean in a node selector', web({ placement: { nodeSelector: { gpu: true } } }), 'InvalidValue', 'placement.nodeSelector.gpu', 'true', 'quotes'],
  ['required nodes as one', web({ placement: { requiredNodes: NodeLabelQuery.in('node-type', ['high-cpu']) } }), 'InvalidValue', 'placement.requiredNodes', 'node-type', 'square brackets'],
  ['required nodes as texts', web({ placement: { requiredNodes: ['high-cpu'] } }), 'InvalidValue', 'placement.requiredNodes[0]', 'high-cpu', 'NodeLabelQuery'],
  ['preferred nodes as objects', web({ placement: { preferredNodes: [{ key: 'node-type', values: ['high-cpu'] }] } }), 'InvalidValue', 'placement.preferredNodes[0]', 'high-cpu', 'NodeLabelQuery'],
  ['tolerations as in YAML', web({ placement: { tolerations: [{ key: 'spot', operator: 'Exists' }] } }), 'InvalidValue', 'placement.tolerations[0]', 'spot', 'NodeTaintQuery'],
  ['one toleration', web({ placement: { tolerations: Node.tainted } }), 'InvalidValue', 'placement.tolerations', 'function', 'square brackets'],
  ['a pool as a text', web({ placement: { pool: 'payments' } }), 'InvalidValue', 'placement.pool', 'payments', 'pass an object'],
  ['a pool without a value', web({ placement: { pool: { label: 'pool' } } }), 'InvalidValue', 'placement.pool.value', 'nothing', 'value'],
  ['a pool with a taint of two words', web({ placement: { pool: { label: 'pool', value: 'shop', taint: 'dedicated to' } } }), 'InvalidName', 'placement.pool.taint', 'dedicated to', 'rename'],
  ['pods to be near to, as one', web({ placement: { colocation: { labels: { app: 'cache' }, topology: Topology.ZONE } } }), 'InvalidValue', 'placement.colocation', 'cache', 'square brackets'],
  ['pods to be near to, nowhere', web({ placement: { colocation: [{ labels: { app: 'cache' } }] } }), 'InvalidValue', 'placement.colocation[0].topology', 'nothing', 'Topology.ZONE'],
  ['pods to be near to, without labels', web({ placement: { colocation: [{ labels: {}, topology: Topology.ZONE }] } }), 'MissingValue', 'placement.colocation[0].labels', '{}', '{ '],
  ['a text for required', web({ placement: { colocation: [{ labels: { app: 'cache' }, topology: Topology.ZONE, required: 'yes' }] } }), 'InvalidValue', 'placement.colocation[0].required', 'yes', 'true or false'],
  ['a class of the system', web({ placement: { priorityClassName: 'system-node-critical' } }), 'InvalidValue', 'placement.priorityClassName', 'system-node-critical', 'PriorityClass'],
];

const ACCESS: readonly Row[] = [
  ['a text for the exposure', web({ exposure: 'LoadBalancer' }), 'InvalidValue', 'exposure', 'LoadBalancer', 'ServiceExposure.'],
  ['null for the options of an exposure', web({ exposure: ServiceExposure.loadBalancer(js(null)) }), 'InvalidValue', 'exposure', 'null', 'pass an object'],
  ['an option that the kind does not have', web({ exposure: ServiceExposure.clusterIp(js({ sourceRanges: ['10.0.0.0/8'] })) }), 'UnknownProperty', 'exposure.sourceRanges', '10.0.0.0/8', 'sourceRanges'],
  ['a source range as a text', web({ exposure: ServiceExposure.loadBalancer({ sourceRanges: js('10.0.0.0/8') }) }), 'InvalidValue', 'exposure.sourceRanges', '10.0.0.0/8', 'square brackets'],
  ['an address for a range', web({ exposure: ServiceExposure.loadBalancer({ sourceRanges: ['10.0.0.1'] }) }), 'InvalidValue', 'exposure.sourceRanges[0]', '10.0.0.1', '10.0.0.1/32'],
  ['a range whose host bits are set', web({ exposure: ServiceExposure.loadBalancer({ sourceRanges: ['10.0.0.1/8'] }) }), 'InvalidValue', 'exposure.sourceRanges[0]', '10.0.0.1/8', '10.0.0.0/8'],
  ['a traffic distribution that never was', web({ exposure: ServiceExposure.clusterIp({ trafficDistribution: js('Nearby') }) }), 'InvalidValue', 'exposure.trafficDistribution', 'Nearby', 'TrafficDistribution.PREFER_SAME_ZONE'],
  ['a traffic distribution before its time', web({ exposure: ServiceExposure.clusterIp({ trafficDistribution: TrafficDistribution.PREFER_SAME_NODE }) }), 'UnsupportedByKubernetesVersion', 'exposure.trafficDistribution', 'PreferSameNode', '1.34'],
  ['a text for the client affinity', web({ exposure: ServiceExposure.clusterIp({ clientAffinity: js('ClientIP') }) }), 'InvalidValue', 'exposure.clientAffinity', 'ClientIP', 'true or false'],
  ['a text for the client address', web({ exposure: ServiceExposure.nodePort({ keepClientAddress: js('Local') }) }), 'InvalidValue', 'exposure.keepClientAddress', 'Local', 'true or false'],
  ['a number for the load balancer class', web({ exposure: ServiceExposure.loadBalancer({ loadBalancerClass: js(1) }) }), 'InvalidValue', 'exposure.loadBalancerClass', '1', 'service.k8s.aws/nlb'],
  ['ranges where nobody sees who comes', web({ exposure: ServiceExposure.nodePort({ sourceRanges: ['198.51.100.0/24'] }) }), 'NetworkUnreachable', 'exposure.sourceRanges', '198.51.100.0/24', 'keepClientAddress: true'],
  ['a token for an API that nobody knows', web({ identity: Identity.own({ permissions: [{ verbs: ['get'], resources: ['pods'] }] }) }), 'NetworkUnreachable', 'identity', 'token', 'kubernetesApi'],
  ['a verb that grants every other', web({ identity: Identity.own({ permissions: [{ verbs: ['bind'], resources: ['roles'], apiGroup: 'rbac.authorization.k8s.io' }] }) }), 'InvalidValue', 'identity.permissions[0].verbs', 'bind', 'leave it out'],
  ['every group', web({ identity: Identity.own({ permissions: [{ verbs: ['get'], resources: ['pods'], apiGroup: '*' }] }) }), 'InvalidValue', 'identity.permissions[0].apiGroup', '*', 'apps or batch'],
  ['a typo in an existing identity', web({ identity: Identity.existing({ name: 'web' }, js({ mounttoken: true })) }), 'UnknownProperty', 'identity.mounttoken', 'true', "did you mean 'mountToken'?"],
  ['a gateway that nobody knows', web({ exposure: ServiceExposure.gateway() }), 'NetworkUnreachable', 'exposure', 'ServiceExposure.gateway()', 'gateways'],
  ['a headless Service that translates ports', web({ port: Port.http(8080, { servicePort: 80 }), exposure: ServiceExposure.headless() }), 'PortConflict', 'exposure', '80', 'servicePort'],
  ['an exposure of a worker', web({ port: undefined, health: Health.none('it only reads a queue'), exposure: ServiceExposure.loadBalancer() }), 'MissingValue', 'exposure', 'loadBalancer', 'port'],
  ['a text for the identity', web({ identity: 'web-account' }), 'InvalidValue', 'identity', 'web-account', 'Identity.own()'],
  ['a typo in the identity', web({ identity: Identity.own(js({ permission: [] })) }), 'UnknownProperty', 'identity.permission', '[]', "did you mean 'permissions'?"],
  ['an identity that does not exist', web({ identity: Identity.existing(js(undefined)) }), 'InvalidValue', 'identity.existing', 'nothing', '{ name:'],
  ['the name of an account for the account', web({ identity: Identity.existing(js('web')) }), 'InvalidValue', 'identity.existing', 'web', '{ name:'],
  ['a text for the token', web({ identity: Identity.own({ mountToken: js('yes') }) }), 'InvalidValue', 'identity.mountToken', 'yes', 'true or false'],
  ['permissions as one', web({ identity: Identity.own({ permissions: js({ verbs: ['get'], resources: ['pods'] }) }) }), 'InvalidValue', 'identity.permissions', 'pods', 'square brackets'],
  ['a verb as a text', web({ identity: Identity.own({ permissions: [js({ verbs: 'get', resources: ['pods'] })] }) }), 'InvalidValue', 'identity.permissions[0].verbs', 'get', 'square brackets'],
  ['every verb', web({ identity: Identity.own({ permissions: [{ verbs: ['*'], resources: ['pods'] }] }) }), 'InvalidValue', 'identity.permissions[0].verbs', '*', "['get', 'list', 'watch']"],
  ['no resources', web({ identity: Identity.own({ permissions: [js({ verbs: ['get'] })] }) }), 'InvalidValue', 'identity.permissions[0].resources', 'nothing', 'square brackets'],
  ['every Secret', web({ identity: Identity.own({ permissions: [{ verbs: ['get'], resources: ['secrets'] }] }) }), 'MissingValue', 'identity.permissions[0].resourceNames', 'nothing', 'resourceNames'],
  ['the name of a Secret as a text', web({ identity: Identity.own({ permissions: [{ verbs: ['get'], resources: ['secrets'], resourceNames: js('tls') }] }) }), 'InvalidValue', 'identity.permissions[0].resourceNames', 'tls', 'square brackets'],
  ['permissions without a token', web({ identity: Identity.own({ mountToken: false, permissions: [{ verbs: ['get'], resources: ['pods'] }] }) }), 'ConflictingProperties', 'identity.mountToken', 'false', 'leave mountToken out'],
  ['a role for the cloud identity', web({ identity: Identity.own({ cloud: js('arn:aws:iam::123456789012:role/web') }) }), 'InvalidValue', 'identity.cloud', 'arn:aws', 'CloudIdentity.aws'],
  ['a role that is no ARN', web({ identity: Identity.own({ cloud: CloudIdentity.aws('web') }) }), 'InvalidValue', 'identity.cloud.roleArn', 'web', 'arn:aws:iam::'],
  ['a Google account that is none', web({ identity: Identity.own({ cloud: CloudIdentity.google(js(undefined)) }) }), 'InvalidValue', 'identity.cloud.serviceAccount', 'nothing', 'iam.gserviceaccount.com'],
];

const POD: readonly Row[] = [
  ['root', web({ pod: { user: 0 } }), 'PodSecurityViolation', 'pod.user', '0', 'any user'],
  ['a user id as a text', web({ pod: { user: '1000' } }), 'InvalidValue', 'pod.user', '"1000"', 'write 1000, without quotes'],
  ['a negative group', web({ pod: { group: -1 } }), 'InvalidValue', 'pod.group', '-1', 'bounds'],
  ['a typo in the pod', web({ pod: { imagePullSecret: 'regcred' } }), 'UnknownProperty', 'pod.imagePullSecret', 'regcred', "did you mean 'imagePullSecrets'?"],
  ['a pull secret as a text', web({ pod: { imagePullSecrets: 'regcred' } }), 'InvalidValue', 'pod.imagePullSecrets', 'regcred', 'square brackets'],
  ['pull secrets as texts', web({ pod: { imagePullSecrets: ['regcred'] } }), 'InvalidValue', 'pod.imagePullSecrets[0]', 'regcred', '{ name:'],
  ['a host alias without a list', web({ pod: { hostAliases: { ip: '10.0.0.1', hostnames: ['db'] } } }), 'InvalidValue', 'pod.hostAliases', '10.0.0.1', 'square brackets'],
  ['a host alias that is no address', web({ pod: { hostAliases: [{ ip: 'db', hostnames: ['db'] }] } }), 'InvalidValue', 'pod.hostAliases[0].ip', 'db', 'address'],
  ['a host alias of half an address', web({ pod: { hostAliases: [{ ip: '10.0.0', hostnames: ['db'] }] } }), 'InvalidValue', 'pod.hostAliases[0].ip', '10.0.0', 'address'],
  ['a host alias without names', web({ pod: { hostAliases: [{ ip: '10.0.0.1', hostnames: [] }] } }), 'MissingValue', 'pod.hostAliases[0].hostnames', '[]', 'name the host'],
  ['a typo in the DNS settings', web({ pod: { dns: { nameserver: ['10.0.0.10'] } } }), 'UnknownProperty', 'pod.dns.nameserver', '10.0.0.10', "did you mean 'nameservers'?"],
  ['a name server as a text', web({ pod: { dns: { nameservers: '10.0.0.10' } } }), 'InvalidValue', 'pod.dns.nameservers', '10.0.0.10', 'square brackets'],
  ['a name for a name server', web({ pod: { dns: { nameservers: ['dns.example.com'] } } }), 'InvalidValue', 'pod.dns.nameservers[0]', 'dns.example.com', 'address'],
  ['a DNS policy that never was', web({ pod: { dns: { policy: 'Cluster' } } }), 'InvalidValue', 'pod.dns.policy', 'Cluster', 'DnsPolicy.'],
  ['no DNS policy and no name servers', web({ pod: { dns: { policy: DnsPolicy.NONE } } }), 'MissingValue', 'pod.dns.nameservers', 'nothing', 'name the servers'],
  ['sidecars as one', web({ sidecars: { name: 'proxy', image: 'envoy:1.30.0' } }), 'InvalidValue', 'sidecars', 'proxy', 'square brackets'],
  ['null among the sidecars', web({ sidecars: [null] }), 'InvalidValue', 'sidecars[0]', 'null', 'pass an object'],
  ['a sidecar without a name', web({ sidecars: [{ image: 'envoy:1.30.0' }] }), 'InvalidName', 'sidecars[0].name', 'nothing', 'give it a name'],
  ['a sidecar without an image', web({ sidecars: [{ name: 'proxy' }] }), 'InvalidImage', 'sidecars[0].image', 'nothing', 'repository'],
  ['a sidecar of the service\'s own name', web({ sidecars: [{ name: 'web', image: 'envoy:1.30.0' }] }), 'InvalidName', 'sidecars[0].name', 'web', 'rename'],
  ['a typo in a sidecar', web({ sidecars: [{ name: 'proxy', image: 'envoy:1.30.0', port: 9901 }] }), 'UnknownProperty', 'sidecars[0].port', '9901', "did you mean 'ports'?"],
  ['a number for a sidecar\'s port', web({ sidecars: [{ name: 'proxy', image: 'envoy:1.30.0', ports: [9901] }] }), 'InvalidValue', 'sidecars[0].ports[0]', '9901', 'Port.http(9090)'],
  ['a sidecar on a port that is taken', web({ sidecars: [{ name: 'proxy', image: 'envoy:1.30.0', ports: [Port.tcp(8080)] }] }), 'PortConflict', 'sidecars', '8080/TCP', 'another container port'],
  ['a plain object for a sidecar\'s health', web({ sidecars: [{ name: 'proxy', image: 'envoy:1.30.0', ports: [Port.tcp(9901)], health: {} }] }), 'InvalidValue', 'sidecars[0].health', '{}', 'Health'],
  ['a plain object for a sidecar\'s resources', web({ sidecars: [{ name: 'proxy', image: 'envoy:1.30.0', resources: {} }] }), 'InvalidValue', 'sidecars[0].resources', '{}', 'Resources'],
  ['an init container that listens', web({ initContainers: [{ name: 'init', image: 'busybox:1.36.1', ports: [] }] }), 'UnknownProperty', 'initContainers[0].ports', '[]', 'ports'],
  ['init containers as one', web({ initContainers: { name: 'init', image: 'busybox:1.36.1' } }), 'InvalidValue', 'initContainers', 'init', 'square brackets'],
  ['a password in an init container', web({ initContainers: [{ name: 'init', image: 'busybox:1.36.1', env: { DB_PASSWORD: 'x' } }] }), 'SecretInManifest', 'initContainers[0].env.DB_PASSWORD', 'not shown', 'EnvValue'],
];

const CONNECTIONS: readonly Row[] = [
  ['a connection to nothing', two(service => service.connectTo(js(undefined))), 'InvalidValue', 'connectTo', 'nothing', 'pass the construct'],
  ['a connection to a name', two(service => service.connectTo(js('db'))), 'InvalidValue', 'connectTo', 'db', 'pass the construct'],
  ['a connection to a plain object', two(service => service.connectTo(js({ host: 'db', port: 5432 }))), 'InvalidValue', 'connectTo', '5432', 'ExternalEndpoint'],
  ['a typo in a connection', two((service, db) => service.connectTo(db, js({ variable: ConnectionVariables.none() }))), 'UnknownProperty', 'connectTo.variable', '', "did you mean 'variables'?"],
  ['a port number for the port\'s name', two((service, db) => service.connectTo(db, { port: js(5432) })), 'PortConflict', 'connectTo.port', '5432', 'name a port'],
  ['a port the target does not have', two((service, db) => service.connectTo(db, { port: 'replication' })), 'PortConflict', 'connectTo.port', 'replication', 'name a port'],
  ['a connection to a worker', two((service, _, chart) => service.connectTo(new ProductionService(chart, 'worker', { image: MINIMAL.image, health: Health.none('it only reads a queue') }))), 'NetworkUnreachable', 'connectTo', 'worker', 'turn the connection around'],
  ['a connection into another environment', chart => {
    const staging = new Chart(App.of(chart), 'staging', { namespace: 'staging' });
    Environment.staging().attachTo(staging);
    new ProductionService(chart, 'web', MINIMAL).connectTo(new ProductionService(staging, 'db', MINIMAL));
  }, 'NetworkUnreachable', 'connectTo', 'staging/db', 'ExternalEndpoint'],
  ['a connection into a namespace nobody knows', chart => {
    new ProductionService(chart, 'web', MINIMAL).connectTo(new ProductionService(new Chart(App.of(chart), 'elsewhere'), 'db', MINIMAL));
  }, 'NetworkUnreachable', 'connectTo', '(unknown)', 'namespace'],
  ['a plain object for the variables', two((service, db) => service.connectTo(db, { variables: js({ url: 'DB_URL' }) })), 'InvalidValue', 'connectTo.variables', 'DB_URL', 'ConnectionVariables'],
  ['a typo in the variables', two((service, db) => service.connectTo(db, { variables: ConnectionVariables.named(js({ hosts: 'DB' })) })), 'UnknownProperty', 'connectTo.variables.hosts', 'DB', "did you mean 'host'?"],
  ['a variable with a hyphen', two((service, db) => service.connectTo(db, { variables: ConnectionVariables.prefix('my-db') })), 'InvalidValue', 'connectTo.variables.prefix', 'my-db', 'such as DB'],
  ['an undefined prefix', two((service, db) => service.connectTo(db, { variables: ConnectionVariables.prefix(js(undefined)) })), 'InvalidValue', 'connectTo.variables.prefix', 'nothing', 'prefix'],
  ['a scheme with slashes', two((service, db) => service.connectTo(db, { variables: ConnectionVariables.named({ url: 'DB_URL', scheme: 'http://' }) })), 'InvalidValue', 'connectTo.variables.scheme', 'http://', 'https'],
  ['a variable that the service sets itself', chart => {
    const service = new ProductionService(chart, 'web', { ...MINIMAL, env: { DB_HOST: 'old-db' } });
    service.connectTo(new ProductionService(chart, 'db', MINIMAL));
  }, 'EnvironmentVariableConflict', 'connectTo.variables.DB_HOST', 'db', 'other names'],
  ['one variable for two targets', two((service, db, chart) => {
    service.connectTo(db);
    service.connectTo(new ProductionService(chart, 'db2', MINIMAL), { variables: ConnectionVariables.prefix('DB') });
  }), 'EnvironmentVariableConflict', 'connectTo.variables.DB_HOST', 'db2', 'other names'],
  ['an address where a range is wanted', two(service => service.connectTo(ExternalEndpoint.cidr('203.0.113.7', 443))), 'InvalidValue', 'connectTo(ExternalEndpoint).cidr', '203.0.113.7', '203.0.113.7/32'],
  ['an endpoint\'s port as a text', two(service => service.connectTo(ExternalEndpoint.cidr('203.0.113.0/24', js('443')))), 'InvalidValue', 'connectTo(ExternalEndpoint).port', '"443"', 'write 443, without quotes'],
  ['an endpoint\'s protocol in lower case', two(service => service.connectTo(ExternalEndpoint.cidr('203.0.113.0/24', 443, { protocol: js('tcp') }))), 'InvalidValue', 'connectTo(ExternalEndpoint).protocol', 'tcp', 'Protocol.TCP'],
  ['a number for an endpoint\'s name', two(service => service.connectTo(ExternalEndpoint.cidr('203.0.113.0/24', 443, { name: js(7) }))), 'InvalidValue', 'connectTo(ExternalEndpoint).name', '7', 'name'],
  ['an address with a scheme for an endpoint\'s host', two(service => service.connectTo(ExternalEndpoint.cidr('203.0.113.0/24', 443, { host: 'https://ledger' }))), 'InvalidValue', 'connectTo(ExternalEndpoint).host', 'https://ledger', 'without'],
  ['a typo in an endpoint', two(service => service.connectTo(ExternalEndpoint.cidr('203.0.113.0/24', 443, js({ hostname: 'ledger' })))), 'UnknownProperty', 'connectTo(ExternalEndpoint).hostname', 'ledger', 'host'],
  ['null for the options of an endpoint', two(service => service.connectTo(ExternalEndpoint.pods({ app: 'db' }, 5432, js(null)))), 'InvalidValue', 'connectTo(ExternalEndpoint)', 'null', 'pass an object'],
  ['labels of an endpoint as a text', two(service => service.connectTo(ExternalEndpoint.pods(js('app=db'), 5432))), 'InvalidValue', 'connectTo(ExternalEndpoint).labels', 'app=db', '{ '],
  ['no labels of an endpoint', two(service => service.connectTo(ExternalEndpoint.pods(js(undefined), 5432))), 'InvalidValue', 'connectTo(ExternalEndpoint).labels', 'nothing', '{ '],
  ['an endpoint in a namespace in capitals', two(service => service.connectTo(ExternalEndpoint.pods({ app: 'db' }, 5432, { namespace: 'Data' }))), 'InvalidValue', 'connectTo(ExternalEndpoint).namespace', 'Data', 'namespace'],
  ['an address with a scheme for a host name', webUsing(ExternalEndpoint.fqdn('https://api.stripe.com', 443)), 'InvalidValue', 'connectTo(ExternalEndpoint).hostName', 'https://', 'name alone'],
  ['a host name that no network knows', webUsing(ExternalEndpoint.fqdn('api.stripe.com', 443)), 'NetworkUnreachable', 'connectTo.hostName', 'api.stripe.com', 'fqdnEgress'],
  ['nobody who is let in', two(service => service.allowFrom(js(undefined))), 'InvalidValue', 'allowFrom', 'nothing', 'NetworkPeer.pods'],
  ['a text for who is let in', two(service => service.allowFrom(js('api-gateway'))), 'InvalidValue', 'allowFrom', 'api-gateway', 'NetworkPeer.pods'],
  ['labels for who is let in', two(service => service.allowFrom(js({ app: 'api-gateway' }))), 'InvalidValue', 'allowFrom', 'api-gateway', 'NetworkPeer.pods'],
  ['a peer without labels', two(service => service.allowFrom(NetworkPeer.pods(js(undefined)))), 'InvalidValue', 'allowFrom.labels', 'nothing', '{ '],
  ['a peer in a namespace without a name', two(service => service.allowFrom(NetworkPeer.namespace(js(undefined)))), 'InvalidValue', 'allowFrom.namespace', 'nothing', 'namespace'],
  ['a typo in where peers are', two(service => service.allowFrom(NetworkPeer.pods({ app: 'x' }, js({ namspace: 'edge' })))), 'UnknownProperty', 'allowFrom.namspace', 'edge', "did you mean 'namespace'?"],
  ['a text for where peers are', two(service => service.allowFrom(NetworkPeer.pods({ app: 'x' }, js('edge')))), 'InvalidValue', 'allowFrom', 'edge', 'pass an object'],
  ['a typo in what is left out of a range', two(service => service.allowFrom(NetworkPeer.cidr('10.0.0.0/8', js({ exept: ['10.1.0.0/16'] })))), 'UnknownProperty', 'allowFrom.exept', '10.1.0.0/16', "did you mean 'except'?"],
  ['a text for what is left out of a range', two(service => service.allowFrom(NetworkPeer.cidr('10.0.0.0/8', { except: js('10.1.0.0/16') }))), 'InvalidValue', 'allowFrom.except', '10.1.0.0/16', 'square brackets'],
  ['something left out that is not inside', two(service => service.allowFrom(NetworkPeer.cidr('10.0.0.0/8', { except: ['192.168.0.0/16'] }))), 'InvalidValue', 'allowFrom.except[0]', '192.168.0.0/16', 'leave it out'],
  ['ports as one', two(service => service.allowFrom(NetworkPeer.namespace('edge'), { ports: js('http') })), 'InvalidValue', 'allowFrom.ports', 'http', 'square brackets'],
  ['a port to let in that is not there', two(service => service.allowFrom(NetworkPeer.namespace('edge'), { ports: ['grpc'] })), 'PortConflict', 'allowFrom.ports[0]', 'grpc', 'name a port'],
  ['a typo in who is let in where', two(service => service.allowFrom(NetworkPeer.namespace('edge'), js({ port: 'http' }))), 'UnknownProperty', 'allowFrom.port', 'http', "did you mean 'ports'?"],
];

function webUsing(endpoint: ExternalEndpoint): Action {
  return two(service => service.connectTo(endpoint));
}

const AROUND: readonly Row[] = [
  ['a version as a text', webIn(Environment.production({ kubernetesVersion: js('1.33') })), 'InvalidValue', 'environment.kubernetesVersion', '1.33', "KubernetesVersion.of('1.33')"],
  ['a typo in an environment', webIn(Environment.production(js({ kubernetes: KubernetesVersion.V1_33 }))), 'UnknownProperty', 'environment.kubernetes', '33', 'kubernetes'],
  ['null for an environment', webIn(Environment.staging(js(null))), 'InvalidValue', 'environment', 'null', 'pass an object'],
  ['an environment without a name', webIn(Environment.named('')), 'InvalidValue', 'environment.name', '""', 'name'],
  ['an availability that never was', webIn(Environment.production({ availability: js('medium') })), 'InvalidValue', 'environment.availability', 'medium', 'Availability.HIGH'],
  ['a pull policy that never was', webIn(Environment.production({ imagePullPolicy: js('Never') })), 'InvalidValue', 'environment.imagePullPolicy', 'Never', 'ImagePullPolicy.ALWAYS'],
  ['a registry with a scheme', webIn(Environment.production({ registry: 'https://registry.example.com' })), 'InvalidValue', 'environment.registry', 'https://', 'registry.example.com/mirror'],
  ['a domain in capitals', webIn(Environment.production({ clusterDomain: 'Cluster.Local' })), 'InvalidValue', 'environment.clusterDomain', 'Cluster.Local', 'clusterDomain'],
  ['a team of two words', webIn(Environment.production({ team: 'the shop' })), 'InvalidValue', 'environment.team', 'the shop', 'reword'],
  ['a number for the replicas of an environment', webIn(Environment.production({ replicas: js(3) })), 'InvalidValue', 'environment.replicas', '3', 'Replicas.fixed(3)'],
  ['replicas of an environment that cannot be', webIn(Environment.production({ replicas: Replicas.fixed(0) })), 'InvalidValue', 'environment.replicas', '0', 'Replicas.fixed(3)'],
  ['resources of an environment that cannot be', webIn(Environment.production({ resources: Resources.of({ memory: js('1Gi') }) })), 'InvalidValue', 'environment.resources.memory', '1Gi', 'Size.mebibytes'],
  ['a plain object for the DNS profile', webIn(Environment.production({ dns: js({ peers: [] }) })), 'InvalidValue', 'environment.dns', 'peers', 'DnsProfile.kubeDns()'],
  ['a cache on the nodes at a name', webIn(Environment.production({ dns: DnsProfile.nodeLocal('dns.local') })), 'InvalidValue', 'environment.dns.peers[0].peer.cidr', 'dns.local', 'address'],
  ['a DNS server with a port as a text', webIn(Environment.production({ dns: DnsProfile.custom([{ peer: NetworkPeer.namespace('dns'), ports: [{ number: js('53') }] }]) })), 'InvalidValue', 'environment.dns.peers[0].ports[0].number', '53', 'write 53, without quotes'],
  ['a DNS profile without servers', webIn(Environment.production({ dns: DnsProfile.custom([]) })), 'MissingValue', 'environment.dns.peers', '[]', 'DnsProfile.kubeDns()'],
  ['a text for the mesh', webIn(Environment.production({ mesh: js('istio') })), 'InvalidValue', 'environment.mesh', 'istio', 'MeshProfile.istio()'],
  ['a mesh that is scraped on a text', webIn(Environment.production({ mesh: MeshProfile.custom([], { scrapePorts: [js({ number: '15020' })] }) })), 'InvalidValue', 'environment.mesh.scrapePorts[0].number', '"15020"', 'without quotes'],
  ['a mesh whose proxies talk to nobody', webIn(Environment.production({ mesh: MeshProfile.custom([js({ peer: 'istiod', ports: [{ number: 15012 }] })]) })), 'InvalidValue', 'environment.mesh.controlPlane[0].peer', 'istiod', 'NetworkPeer'],
  ['monitoring as one', webIn(Environment.production({ monitoring: js(NetworkPeer.namespace('monitoring')) })), 'InvalidValue', 'environment.monitoring', 'monitoring', 'square brackets'],
  ['monitoring as a text', webIn(Environment.production({ monitoring: js(['monitoring']) })), 'InvalidValue', 'environment.monitoring[0]', 'monitoring', 'NetworkPeer'],
  ['a gateway whose labels are numbers', webIn(Environment.production({ gateways: [NetworkPeer.pods({ app: js(1) })] })), 'InvalidValue', 'environment.gateways[0].labels.app', '1', 'quotes'],
  ['the address of the Kubernetes API as a text', webIn(Environment.production({ kubernetesApi: js('10.0.0.10') })), 'InvalidValue', 'environment.kubernetesApi', '10.0.0.10', 'square brackets'],
  ['a Kubernetes API on every port', webIn(Environment.production({ kubernetesApi: [{ peer: NetworkPeer.cidr('10.0.0.10/32'), ports: [] }] })), 'MissingValue', 'environment.kubernetesApi[0].ports', '[]', 'number'],
  ['a text for egress by host name', webIn(Environment.production({ fqdnEgress: js('cilium') })), 'InvalidValue', 'environment.fqdnEgress', 'cilium', 'CiliumFqdnEgress'],
  ['two environments at one scope', chart => {
    Environment.production().attachTo(chart);
    Environment.staging().attachTo(chart);
  }, 'ConflictingProperties', 'environment', 'staging', 'chart of its own'],
  ['an environment that comes too late', chart => {
    new ProductionService(chart, 'web', MINIMAL);
    Environment.staging().attachTo(chart);
  }, 'ConflictingProperties', 'environment', 'staging', 'right after'],
  ['a typo in a namespace', chart => new Namespace(chart, 'shop', js({ podSecurityLevel: 'baseline' })), 'UnknownProperty', 'podSecurityLevel', 'baseline', 'podSecurity'],
  ['a namespace in capitals', chart => new Namespace(chart, 'Shop'), 'InvalidName', 'name', 'Shop', 'rename'],
  ['a Pod Security level that never was', chart => new Namespace(chart, 'shop', { podSecurity: js('strict') }), 'InvalidValue', 'podSecurity', 'strict', 'PodSecurityLevel.RESTRICTED'],
  ['a Pod Security level by label', chart => new Namespace(chart, 'shop', { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } }), 'ConflictingProperties', 'labels["pod-security.kubernetes.io/enforce"]', 'privileged', 'podSecurity'],
  ['labels of a namespace as a list', chart => new Namespace(chart, 'shop', { labels: js(['a']) }), 'InvalidValue', 'labels', 'a', '{ '],
  ['null for a namespace', chart => new Namespace(chart, 'shop', js(null)), 'InvalidValue', '(props)', 'null', 'pass an object'],
  ['an external name without props', chart => new ExternalNameService(chart, 'ledger', js(undefined)), 'InvalidValue', '(props)', 'nothing', 'pass an object'],
  ['an external name that is an address', chart => new ExternalNameService(chart, 'ledger', { hostName: '203.0.113.7', port: 443 }), 'InvalidValue', 'hostName', '203.0.113.7', 'ExternalEndpoint.cidr'],
  ['an external name with a scheme', chart => new ExternalNameService(chart, 'ledger', { hostName: 'https://ledger.example.com', port: 443 }), 'InvalidValue', 'hostName', 'https://', 'name'],
  ['an external name with a port as a text', chart => new ExternalNameService(chart, 'ledger', { hostName: 'ledger.example.com', port: js('443') }), 'InvalidValue', 'port', '"443"', 'without quotes'],
  ['an external name with an address for a range', chart => new ExternalNameService(chart, 'ledger', { hostName: 'ledger.example.com', port: 443, cidrs: ['203.0.113.7'] }), 'InvalidValue', 'cidrs[0]', '203.0.113.7', '203.0.113.7/32'],
  ['an external name with a range as a text', chart => new ExternalNameService(chart, 'ledger', { hostName: 'ledger.example.com', port: 443, cidrs: js('203.0.113.7/32') }), 'InvalidValue', 'cidrs', '203.0.113.7/32', 'square brackets'],
  ['an external name with no range', chart => new ExternalNameService(chart, 'ledger', { hostName: 'ledger.example.com', port: 443, cidrs: [] }), 'MissingValue', 'cidrs', '[]', 'leave'],
  ['a typo in an external name', chart => new ExternalNameService(chart, 'ledger', js({ hostname: 'ledger.example.com', port: 443 })), 'UnknownProperty', 'hostname', 'ledger', "did you mean 'hostName'?"],
  ['an undefined name prefix', chart => NamePrefix.on(chart, js(undefined)), 'InvalidName', 'prefix', 'nothing', 'eu-'],
  ['a name prefix in capitals', chart => NamePrefix.on(chart, 'EU-'), 'InvalidName', 'prefix', 'EU-', 'eu-'],
  ['a name prefix that comes too late', chart => {
    new ProductionService(chart, 'web', MINIMAL);
    NamePrefix.on(chart, 'eu-');
  }, 'ConflictingProperties', 'prefix', 'eu-', 'before'],
  ['a name that is too long with its prefix', chart => {
    NamePrefix.on(chart, 'european-union-');
    new ProductionService(chart, 'a'.repeat(40), MINIMAL);
  }, 'InvalidName', 'name', 'european-union-aaa', 'shorten it by 9 characters'],
  ['a finding accepted for no reason', chart => Findings.acknowledge(chart, 'run-more-than-one-replica', ''), 'MissingValue', 'reason', '""', 'say why'],
  ['no finding accepted', chart => Findings.acknowledge(chart, js(undefined), 'one is enough for a demo'), 'InvalidValue', 'id', 'nothing', 'run-more-than-one-replica'],
];

const workload = (action: (service: ProductionService) => unknown, props: object = {}): Action => chart => action(web(props)(chart) as ProductionService);

const PATCHES: readonly Row[] = [
  ['a patch as a text', workload(s => s.workload.patch(js('replicas: 3'))), 'InvalidPatch', 'patch', 'replicas: 3', 'null removes'],
  ['no patch', workload(s => s.workload.patch(js(undefined))), 'InvalidPatch', 'patch', 'nothing', 'null removes'],
  ['a patch with undefined', workload(s => s.workload.patch({ spec: { replicas: undefined } })), 'InvalidPatch', 'patch', '/spec/replicas', 'null removes'],
  ['a patch with NaN', workload(s => s.workload.patch({ spec: { replicas: NaN } })), 'InvalidPatch', 'patch', '/spec/replicas', 'null removes'],
  ['a patch with a Duration', workload(s => s.workload.patch({ spec: { minReadySeconds: Duration.seconds(5) } })), 'InvalidPatch', 'patch', '/spec/minReadySeconds', 'as they stand in YAML'],
  ['a patch to the kind', workload(s => s.workload.patch({ kind: 'StatefulSet' })), 'InvalidPatch', 'patch', '/kind', 'release strategy'],
  ['a patch to the name', workload(s => s.workload.patch({ metadata: { name: 'other' } })), 'InvalidPatch', 'patch', '/metadata/name', 'by a prop'],
  ['a patch to the labels that select', workload(s => s.workload.patch({ spec: { template: { metadata: { labels: { 'app.kubernetes.io/name': 'other' } } } } })), 'InvalidPatch', 'patch', 'other', 'labels'],
  ['a patch to a field before its time', workload(s => s.workload.patch({ spec: { template: { spec: { resources: { limits: { cpu: '2' } } } } } })), 'UnsupportedByKubernetesVersion', 'patch: spec.template.spec.resources', '2', '1.34'],
  ['a patch to hashed files', workload(s => s.configMap!.patch({ data: { x: 'y' } }), { files: { '/etc/app.yaml': 'a: 1' } }), 'ContentIsImmutable', 'patch', '/data/x', '"files"'],
  ['an operation as an object', workload(s => s.workload.addJsonPatch(js({ op: 'remove', path: '/spec/replicas' }))), 'InvalidPatch', 'addJsonPatch', '/spec/replicas', 'JsonPatch.'],
  ['an operation on the namespace', workload(s => s.workload.addJsonPatch(JsonPatch.add('/metadata/namespace', 'other'))), 'InvalidPatch', 'addJsonPatch', '/metadata/namespace', 'chart'],
  ['an operation at a path that is not there', workload(s => s.workload.addJsonPatch(JsonPatch.replace('/spec/template/spec/containers/7/image', 'x'))), 'InvalidPatch', 'addJsonPatch', 'containers/7', 'synthesized YAML'],
  ['an operation whose test fails', workload(s => s.workload.addJsonPatch(JsonPatch.test('/kind', 'StatefulSet'))), 'InvalidPatch', 'addJsonPatch', 'StatefulSet', 'test'],
];

const object = (definition: unknown): Action => chart => new KubernetesObject(chart, 'monitor', js(definition));
const MONITOR = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', name: 'web', content: { spec: () => ({ endpoints: [] }) } };

const OBJECTS: readonly Row[] = [
  ['no definition', object(undefined), 'InvalidValue', 'monitor', 'nothing', 'pass an object'],
  ['a typo in a definition', object({ ...MONITOR, apiversion: 'v1' }), 'UnknownProperty', 'monitor.apiversion', 'v1', "did you mean 'apiVersion'?"],
  ['no apiVersion', object({ ...MONITOR, apiVersion: undefined }), 'InvalidValue', 'monitor.apiVersion', 'nothing', 'apps/v1'],
  ['a kind in lower case', object({ ...MONITOR, kind: 'servicemonitor' }), 'InvalidValue', 'monitor.kind', 'servicemonitor', 'ConfigMap'],
  ['a name in capitals', object({ ...MONITOR, name: 'Web' }), 'InvalidName', 'name', 'Web', 'rename'],
  ['a number among labels', object({ ...MONITOR, labels: { tier: 1 } }), 'InvalidValue', 'monitor.labels.tier', '1', 'quotes'],
  ['content as a list', object({ ...MONITOR, content: [] }), 'InvalidValue', 'monitor.content', '[]', 'spec: () =>'],
  ['a spec that is no function', object({ ...MONITOR, content: { spec: { endpoints: [] } } }), 'InvalidValue', 'monitor.content.spec', 'endpoints', '() =>'],
  ['metadata as content', object({ ...MONITOR, content: { metadata: () => ({}) } }), 'InvalidValue', 'monitor.content.metadata', 'function', 'spec: () =>'],
];
/** A release whose requests are split, where an environment has a mesh and gateways. */
const routed = (traffic: ITrafficRouting, context: Parameters<typeof bound>[1] = {}): Action => chart => {
  Environment.production({ mesh: MeshProfile.istio(), gateways: [NetworkPeer.namespace('edge')] }).attachTo(chart);
  return bound(traffic, context, chart);
};
const unrouted = (traffic: ITrafficRouting): Action => chart => bound(traffic, {}, chart);

const TRAFFIC: readonly Row[] = [
  ['null for the options of a router', routed(TrafficRouting.istio(js(null))), 'InvalidValue', 'traffic', 'null', 'pass an object'],
  ['a typo in the options of a router', routed(TrafficRouting.istio(js({ gateway: 'public' }))), 'UnknownProperty', 'traffic.gateway', 'public', "did you mean 'gateways'?"],
  ['Istio without a mesh in the environment', unrouted(TrafficRouting.istio()), 'NetworkUnreachable', 'traffic', 'Istio', 'MeshProfile.istio()'],
  ['Linkerd without a mesh in the environment', unrouted(TrafficRouting.linkerd()), 'NetworkUnreachable', 'traffic', 'Linkerd', 'MeshProfile.linkerd()'],
  ['a split as a text', routed(TrafficRouting.istio({ split: js('subsets') })), 'InvalidValue', 'traffic.split', 'subsets', 'IstioSplit.subsets()'],
  ['a timeout as in YAML', routed(TrafficRouting.istio({ timeout: js('10s') })), 'InvalidValue', 'traffic.timeout', '10s', 'Duration.seconds(10)'],
  ['hosts that nobody in the mesh dials', routed(TrafficRouting.istio({ hosts: ['shop.example.com'] })), 'ConflictingProperties', 'traffic.hosts', 'shop.example.com', "add 'web'"],
  ['a gateway without hosts', routed(TrafficRouting.istio({ gateways: ['istio-system/public'] })), 'MissingValue', 'traffic.hosts', 'nothing', "hosts: ['shop.example.com']"],
  ['a database behind a router of requests', routed(TrafficRouting.istio(), { ports: [Port.tcp(5432)] }), 'UnsupportedByController', 'traffic', '5432', 'TrafficRouting.replicas()'],
  ['a router outside before a service that stays inside', routed(TrafficRouting.gatewayApi({ parents: [{ name: 'public' }] }), { behindGateway: false }), 'NetworkUnreachable', 'traffic', 'Gateway API', 'ServiceExposure.gateway()'],
  ['a route that is no Gateway\'s', routed(TrafficRouting.gatewayApi({ parents: [] })), 'MissingValue', 'traffic.parents', '[]', 'public'],
  ['a Gateway as a text', routed(TrafficRouting.gatewayApi({ parents: js(['public']) })), 'InvalidValue', 'traffic.parents[0]', 'public', 'pass an object'],
  ['a host with a scheme', routed(TrafficRouting.nginx({ hosts: ['https://shop.example.com'] })), 'InvalidValue', 'traffic.hosts[0]', 'https://', 'the name alone'],
  ['a host as a text', routed(TrafficRouting.traefik({ hosts: js('shop.example.com') })), 'InvalidValue', 'traffic.hosts', 'shop.example.com', 'square brackets'],
  ['a weight by annotation', routed(TrafficRouting.nginx({ hosts: ['shop.example.com'], canaryAnnotations: { 'canary-weight': '10' } })), 'ConflictingProperties', 'traffic.canaryAnnotations.canary-weight', '10', 'steps'],
  ['a type of path that never was', routed(TrafficRouting.alb({ pathType: js('Regex') })), 'InvalidValue', 'traffic.pathType', 'Regex', 'PathType.PREFIX'],
  ['header routes that a load balancer would never look at', routed(TrafficRouting.alb({ pathType: PathType.PREFIX }), { managedRoutes: ['beta'] }), 'ConflictingProperties', 'traffic.pathType', 'Prefix', 'star'],
  ['a stickiness of a month', routed(TrafficRouting.alb({ stickiness: Duration.days(30) })), 'InvalidValue', 'traffic.stickiness', '2592000', 'seven days'],
  ['an Ingress as a text', routed(TrafficRouting.existingNginx({ ingresses: js('web') })), 'InvalidValue', 'traffic.ingresses', 'web', 'square brackets'],
  ['a VirtualService as a text', routed(TrafficRouting.existingIstio({ virtualServices: js(['web']) })), 'InvalidValue', 'traffic.virtualServices[0]', 'web', 'pass an object'],
];

const LATE: readonly Row[] = [
  ['two objects of one name', chart => {
    new ProductionService(chart, 'web', MINIMAL);
    new ProductionService(new Chart(App.of(chart), 'again', { namespace: 'shop' }), 'web', MINIMAL);
  }, 'DuplicateIdentity', 'name', 'ServiceAccount shop/web', 'NamePrefix.on'],
  ['null in the content of an object', object({ ...MONITOR, content: { spec: () => ({ endpoints: null }) } }), 'InvalidValue', 'content.spec', '/endpoints', 'addJsonPatch'],
  ['a workload that is isolated after a connection to it', chart => {
    const cache = new kplus.Deployment(chart, 'cache', { containers: [{ image: 'redis:7.4.1', portNumber: 6379 }] });
    new ProductionService(chart, 'web', MINIMAL).connectTo(cache);
    new kplus.NetworkPolicy(chart, 'isolation', { selector: cache, ingress: { default: kplus.NetworkPolicyTrafficDefault.DENY } });
  }, 'NetworkUnreachable', 'connectTo', 'cache', 'isolate it first'],
];

const release = (props: unknown): Action => chart => new CanaryRelease(chart, 'release', { service: new ProductionService(chart, 'web', MINIMAL), ...props as Partial<CanaryReleaseProps> });
/** The same behind Istio, with ten pods. */
const splitBy = (props: object): Action => chart => {
  Environment.production({ mesh: MeshProfile.istio() }).attachTo(chart);
  return new CanaryRelease(chart, 'release', { service: new ProductionService(chart, 'web', { ...MINIMAL, replicas: Replicas.fixed(10) }), traffic: TrafficRouting.istio(), ...props });
};
const steps = (...list: unknown[]): Action => splitBy({ steps: list });
const blueGreen = (props: object): Action => chart => new BlueGreenRelease(chart, 'release', { service: new ProductionService(chart, 'web', MINIMAL), ...props });
const NEXT = 'registry.example.com/shop/web:2.0.0';
const colours = (props: object): Action => chart => new BlueGreenDeployments(chart, 'release', { service: new ProductionService(chart, 'web', MINIMAL), active: Colour.BLUE, images: { blue: MINIMAL.image, green: NEXT }, ...props });
const tracks = (props: object): Action => chart => {
  Environment.production({ mesh: MeshProfile.istio() }).attachTo(chart);
  return new CanaryDeployments(chart, 'release', { service: new ProductionService(chart, 'web', MINIMAL), canary: { image: NEXT }, weight: 10, ...props });
};
const PROMETHEUS = Prometheus.at('http://prometheus.monitoring:9090');

const RELEASES: readonly Row[] = [
  ['no props at all', chart => new CanaryRelease(chart, 'release', js(undefined)), 'InvalidValue', '(props)', 'nothing', 'pass an object'],
  ['a service for the props', chart => new CanaryRelease(chart, 'release', js(new ProductionService(chart, 'web', MINIMAL))), 'UnknownProperty', 'node', 'Node', "remove 'node'"],
  ['no service', chart => new CanaryRelease(chart, 'release', js({})), 'InvalidValue', 'service', 'nothing', 'the ProductionService itself'],
  ['the name of a service', release({ service: 'web' }), 'InvalidValue', 'service', '"web"', 'the ProductionService itself'],
  ['the workload of a service', chart => release({ service: new ProductionService(chart, 'api', MINIMAL).workload })(chart), 'InvalidValue', 'service', 'an object of type', 'the ProductionService itself'],
  ['null for the service', release({ service: null }), 'InvalidValue', 'service', 'null', "leave 'service' out"],
  ['a typo', release({ analisis: {} }), 'UnknownProperty', 'analisis', '{}', "did you mean 'analysis'?"],
  ['a prop of Argo Rollouts', release({ maxSurge: '25%' }), 'UnknownProperty', 'maxSurge', '25%', "remove 'maxSurge'"],
  ['a controller as a text', release({ controller: 'flagger' }), 'InvalidValue', 'controller', 'flagger', 'ReleaseController.argoRollouts()'],
  ['a controller that was never called', release({ controller: ReleaseController.argoRollouts }), 'InvalidValue', 'controller', 'a function', 'ReleaseController.argoRollouts()'],
  ['a router as a text', release({ traffic: 'istio' }), 'InvalidValue', 'traffic', 'istio', 'TrafficRouting.istio()'],
  ['a router that was never called', release({ traffic: TrafficRouting.istio }), 'InvalidValue', 'traffic', 'a function (istio)', 'TrafficRouting.istio()'],
  ['a router in the words of Argo Rollouts', release({ traffic: { istio: { virtualService: { name: 'web' } } } }), 'InvalidValue', 'traffic', 'virtualService', 'TrafficRouting.istio()'],
  ['a router where no mesh is', release({ traffic: TrafficRouting.istio() }), 'NetworkUnreachable', 'traffic', 'Istio', 'MeshProfile.istio()'],
  ['steps as one', splitBy({ steps: CanaryStep.setWeight(20) }), 'InvalidValue', 'steps', 'setWeight', 'square brackets'],
  ['null for the steps', splitBy({ steps: null }), 'InvalidValue', 'steps', 'null', "leave 'steps' out"],
  ['steps that were never called', splitBy({ steps: js(CanarySteps.standard) }), 'InvalidValue', 'steps', 'a function (standard)', 'square brackets'],
  ['steps as in YAML', steps({ setWeight: 20 }, { pause: { duration: '5m' } }), 'InvalidValue', 'steps[0]', '{"setWeight":20}', 'CanaryStep.setWeight(20)'],
  ['a weight as in YAML', steps(CanaryStep.setWeight(js('20%'))), 'InvalidValue', 'steps[0]', '20%', 'percent of the requests'],
  ['a weight of one', steps(CanaryStep.setWeight(0.2)), 'InvalidValue', 'steps[0]', '0.2', 'percent of the requests'],
  ['a pause as in YAML', steps(CanaryStep.setWeight(20), CanaryStep.pause(js('5m'))), 'InvalidValue', 'steps[1]', '5m', 'Duration.minutes(5)'],
  ['a pause that forgot how long', steps(CanaryStep.setWeight(20), CanaryStep.pause(js(undefined))), 'InvalidValue', 'steps[1]', 'nothing', 'Duration.minutes(5)'],
  ['a scale as a number', steps(CanaryStep.setWeight(20), CanaryStep.setCanaryScale(js(2))), 'InvalidValue', 'steps[1]', '2', 'CanaryScale.replicas(2)'],
  ['a header route without props', steps(CanaryStep.setWeight(20), CanaryStep.setHeaderRoute(js(undefined))), 'InvalidValue', 'steps[1]', 'nothing', 'pass an object'],
  ['a header route without headers', steps(CanaryStep.setWeight(20), CanaryStep.setHeaderRoute(js({ name: 'testers' }))), 'InvalidValue', 'steps[1].headers', 'nothing', 'square brackets'],
  ['a header that is no object', steps(CanaryStep.setWeight(20), CanaryStep.setHeaderRoute({ name: 'testers', headers: js(['x-canary']) })), 'InvalidValue', 'steps[1].headers[0]', 'x-canary', 'pass an object'],
  ['a value of a header as a text', steps(CanaryStep.setWeight(20), CanaryStep.setHeaderRoute({ name: 'testers', headers: [{ name: 'x-canary', value: js('yes') }] })), 'InvalidValue', 'steps[1].headers[0].value', 'yes', "StringMatch.exact('true')"],
  ['a mirror without props', steps(CanaryStep.setWeight(20), CanaryStep.setMirrorRoute(js(null))), 'InvalidValue', 'steps[1]', 'null', 'pass an object'],
  ['a mirror without a match', steps(CanaryStep.setWeight(20), CanaryStep.setMirrorRoute(js({ name: 'shadow' }))), 'InvalidValue', 'steps[1].match', 'nothing', 'square brackets'],
  ['the removal of no route', steps(CanaryStep.setWeight(20), CanaryStep.removeRoute(js(undefined))), 'InvalidValue', 'steps[1]', 'nothing', 'name a header or mirror route'],
  ['an experiment without pods', steps(CanaryStep.experiment(js({ duration: Duration.minutes(5) }))), 'InvalidValue', 'steps[0].pods', 'nothing', 'square brackets'],
  ['an experiment without props', steps(CanaryStep.experiment(js(undefined))), 'InvalidValue', 'steps[0]', 'nothing', 'pass an object'],
  ['a metric for an analysis', release({ analysis: Metric.query({ name: 'up', provider: PROMETHEUS, query: 'up', atLeast: 1 }) }), 'InvalidValue', 'analysis', '{', 'Analysis.background'],
  ['an analysis without options', release({ analysis: Analysis.background(js(undefined)) }), 'InvalidValue', 'analysis', 'nothing', 'pass an object'],
  ['an analysis of nothing', release({ analysis: Analysis.background({}) }), 'MissingValue', 'analysis.metrics', 'nothing', 'Metric.successRate'],
  ['metrics as one', release({ analysis: Analysis.background({ metrics: js(Metric.successRate({ provider: PROMETHEUS, atLeast: 0.95 })) }) }), 'InvalidValue', 'analysis.metrics', '{', 'square brackets'],
  ['an analysis that begins nowhere', release({ analysis: Analysis.background({ metrics: [Metric.successRate({ provider: PROMETHEUS, atLeast: 0.95 })], startingStep: js('2') }) }), 'InvalidValue', 'analysis.startingStep', '"2"', 'write 2, without quotes'],
  ['a delay as a number', splitBy({ scaleDownDelay: 60 }), 'InvalidValue', 'scaleDownDelay', '60', 'Duration.minutes(1)'],
  ['a delay of ten seconds', splitBy({ scaleDownDelay: Duration.seconds(10) }), 'InvalidValue', 'scaleDownDelay', '10', 'at least 30'],
  ['a delay after an abort as a text', splitBy({ abortScaleDownDelay: '5m' }), 'InvalidValue', 'abortScaleDownDelay', '5m', 'Duration.minutes(1)'],
  ['a flag as a text', release({ progressDeadlineAbort: 'no' }), 'InvalidValue', 'progressDeadlineAbort', 'no', 'without quotes'],
  ['a window as a text', release({ rollbackWindow: '3' }), 'InvalidValue', 'rollbackWindow', '"3"', 'write 3, without quotes'],
  ['a window as a Duration', release({ rollbackWindow: Duration.days(1) }), 'InvalidValue', 'rollbackWindow', '86400 s', 'revisions'],
  ['anti-affinity as a flag', release({ antiAffinity: true }), 'InvalidValue', 'antiAffinity', 'true', 'RevisionAntiAffinity.preferred()'],
  ['a migration as a number', release({ migration: 10 }), 'InvalidValue', 'migration', '10', 'DeploymentMigration.'],
  ['pods of a version as a text', splitBy({ minPodsPerReplicaSet: '2' }), 'InvalidValue', 'minPodsPerReplicaSet', '"2"', 'write 2, without quotes'],
  ['a stable version that shrinks by a text', splitBy({ dynamicStableScale: 'true' }), 'InvalidValue', 'dynamicStableScale', 'true', 'without quotes'],
  ['labels of the canary\'s pods on the wrong level', release({ canaryMetadata: { role: 'canary' } }), 'UnknownProperty', 'canaryMetadata.role', 'canary', "remove 'role'"],
  ['labels of the stable pods as a text', release({ stableMetadata: { labels: 'role=stable' } }), 'InvalidValue', 'stableMetadata.labels', 'role=stable', '{ '],
  ['traffic as a number', release({ expectedTraffic: 20 }), 'InvalidValue', 'expectedTraffic', '20', 'pass an object'],
  ['traffic as a text', release({ expectedTraffic: { requestsPerSecond: '20' } }), 'InvalidValue', 'expectedTraffic.requestsPerSecond', '20', 'requests in a second'],
  ['names of Services as a list', release({ serviceNames: ['web-stable', 'web-canary'] }), 'InvalidValue', 'serviceNames', 'web-stable', 'pass an object'],
  ['a typo in the names of Services', release({ serviceNames: { stabel: 'web-1' } }), 'UnknownProperty', 'serviceNames.stabel', 'web-1', "did you mean 'stable'?"],
  ['a number for a Service\'s name', release({ serviceNames: { canary: 7 } }), 'InvalidName', 'serviceNames.canary', '7', 'leave it out for web-canary'],
  ['a timeline of a text', chart => (release({})(chart) as CanaryRelease).timeline(js('10')), 'InvalidValue', 'timeline', '"10"', 'write 10, without quotes'],
  ['no props of blue and green', chart => new BlueGreenRelease(chart, 'release', js(null)), 'InvalidValue', '(props)', 'null', 'pass an object'],
  ['steps of blue and green', blueGreen({ steps: CanarySteps.fast() }), 'UnknownProperty', 'steps', '[', "remove 'steps'"],
  ['a promotion as a flag', blueGreen({ promotion: true }), 'InvalidValue', 'promotion', 'true', 'Promotion.manual()'],
  ['a promotion after a number', blueGreen({ promotion: Promotion.automatic(js(300)) }), 'InvalidValue', 'promotion.delay', '300', 'Duration.minutes(5)'],
  ['a preview of a text', blueGreen({ previewReplicas: '2' }), 'InvalidValue', 'previewReplicas', '"2"', 'write 2, without quotes'],
  ['a preview larger than the service', blueGreen({ previewReplicas: 4 }), 'InvalidValue', 'previewReplicas', '4', 'at most the service\'s 3'],
  ['a preview named by a number', blueGreen({ previewServiceName: 7 }), 'InvalidName', 'previewServiceName', '7', 'leave it out for web-preview'],
  ['a check before the promotion as a list', blueGreen({ prePromotionAnalysis: [] }), 'InvalidValue', 'prePromotionAnalysis', '[]', 'Analysis.inline'],
  ['a check after the promotion that never ends', blueGreen({ postPromotionAnalysis: Analysis.background({ metrics: [Metric.successRate({ provider: PROMETHEUS, atLeast: 0.95 })] }) }), 'InvalidValue', 'postPromotionAnalysis', 'Analysis.background', 'Analysis.inline'],
  ['labels of the preview as a list', blueGreen({ previewMetadata: { labels: ['role'] } }), 'InvalidValue', 'previewMetadata.labels', 'role', '{ '],
  ['metadata of the active pods as a text', blueGreen({ activeMetadata: 'active' }), 'InvalidValue', 'activeMetadata', 'active', 'pass an object'],
  ['no props of two Deployments', chart => new BlueGreenDeployments(chart, 'release', js(undefined)), 'InvalidValue', '(props)', 'nothing', 'pass an object'],
  ['no colour', colours({ active: undefined }), 'InvalidValue', 'active', 'nothing', 'Colour.BLUE or Colour.GREEN'],
  ['a colour that never was', colours({ active: 'red' }), 'InvalidValue', 'active', 'red', 'Colour.BLUE or Colour.GREEN'],
  ['no image of the other colour', colours({ images: { blue: MINIMAL.image } }), 'InvalidImage', 'images.green', 'nothing', 'repository'],
  ['a moving image of the other colour', colours({ images: { blue: MINIMAL.image, green: 'shop/web:latest' } }), 'MutableImage', 'images.green', 'latest', "replace the tag 'latest'"],
  ['a colour that serves with another image than the service', colours({ images: { blue: NEXT, green: MINIMAL.image } }), 'ConflictingProperties', 'images.blue', NEXT, 'image: images[active]'],
  ['no props of a canary of one\'s own', chart => new CanaryDeployments(chart, 'release', js(undefined)), 'InvalidValue', '(props)', 'nothing', 'pass an object'],
  ['an image for the canary', tracks({ canary: NEXT }), 'InvalidValue', 'canary', NEXT, 'pass an object'],
  ['a weight of a canary as a text', tracks({ weight: '10' }), 'InvalidValue', 'weight', '"10"', 'write 10, without quotes'],
  ['subsets as a list', tracks({ subsets: ['v1', 'v2'] }), 'InvalidValue', 'subsets', 'v1', 'pass an object'],
  ['a canary where no mesh is', chart => new CanaryDeployments(chart, 'release', { service: new ProductionService(chart, 'web', MINIMAL), canary: { image: NEXT }, weight: 10 }), 'NetworkUnreachable', 'service', 'chart/web', 'MeshProfile.istio()'],
  ['two releases of one service', two((service, _, chart) => {
    new CanaryRelease(chart, 'release', { service });
    new BlueGreenRelease(chart, 'again', { service });
  }), 'ReleaseConflict', 'releaseWith', "the blue-green release 'chart/again'", 'keep one of the two'],
];

describe('bad inputs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bad-inputs-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let count = 0;

  /** Runs a whole program; everything that it wrote is listed. */
  function run(action: Action): { error: unknown; written: string[] } {
    const outdir = join(folder, String(count++));
    const app = new App({ outdir });
    // Written first, if anything is: a late error must not leave half of the manifests behind.
    new ProductionService(new Chart(app, 'a-good-chart', { namespace: 'good' }), 'good', MINIMAL);
    try {
      action(new Chart(app, 'chart', { namespace: 'shop' }));
      app.synth();
    } catch (error) {
      return { error, written: existsSync(outdir) ? readdirSync(outdir) : [] };
    }
    return { error: undefined, written: readdirSync(outdir) };
  }

  describe.each([
    ['a service', SERVICE], ['its container', CONTAINER], ['its ports', PORTS], ['its health', HEALTH], ['its scale', SCALE], ['its release and shutdown', RELEASE],
    ['its placement', PLACEMENT], ['its exposure and identity', ACCESS], ['its pod', POD], ['connections', CONNECTIONS], ['what is around services', AROUND], ['patches', PATCHES],
    ['objects of one\'s own', OBJECTS], ['routers', TRAFFIC], ['releases', RELEASES],
  ] as const)('of %s', (_, rows) => {
    test.each(rows)('refuses %s', (_name, action, code, property, value, fix) => {
      const { error, written } = run(action);
      expect(error).toBeInstanceOf(ConfigurationError);
      const refused = error as ConfigurationError;
      expect({ code: refused.code, property: refused.property }).toEqual({ code, property });
      expect(refused.value).toContain(value);
      expect(refused.fix).toContain(fix);
      expect(refused.constructPath).toMatch(/^(chart|staging|elsewhere)/);
      expect(refused.value.length * refused.allowed.length * refused.fix.length).toBeGreaterThan(0);
      expect(refused.message).toBe([
        `${code} at '${refused.constructPath}', property '${property}'`, `  given:   ${refused.value}`, `  allowed: ${refused.allowed}`, `  fix:     ${refused.fix}`,
      ].join('\n'));
      expect(written).toEqual([]);
    });
  });

  // cdk8s gathers what is found late and makes plain errors of it: the text has to say it all.
  test.each(LATE)('refuses at synthesis %s', (_name, action, code, property, value, fix) => {
    const { error, written } = run(action);
    const text = (error as Error).message;
    expect(text).toMatch(new RegExp(`${code} at 'chart[^']*|again[^']*', property '${property}'`));
    expect(/given: +(.+)/.exec(text)![1]).toContain(value);
    expect(/fix: +(.+)/.exec(text)![1]).toContain(fix);
    expect(written).toEqual([]);
  });

  test('show nothing of a value that may be a secret', () => {
    const { error } = run(web({ env: { DB_PASSWORD: 'hunter2' } }));
    expect((error as ConfigurationError).message).not.toContain('hunter2');
  });

});

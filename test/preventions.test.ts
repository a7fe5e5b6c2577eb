import { App, Chart, Duration, Size } from 'cdk8s';
import { EnvValue, Secret, Volume } from 'cdk8s-plus-28';
import {
  DisruptionBudget, Environment, ExternalEndpoint, Findings, Health, Identity, KubernetesVersion, NetworkPeer, Port, ProductionService, type ProductionServiceProps, Replicas, Resources,
  ServiceExposure, Shutdown, Spread,
} from 'cdk8s-production';
import { errorOf, identities, type Manifest, MINIMAL, one, synth, testChart } from './helpers/manifests';
import { chartIn, chartWithApi, containerOf, manifestsOf, objectOf, podOf, web } from './helpers/service';

/** What hurts in production, each with the proof that it cannot be had, or not without saying so. */

const HELPER = { name: 'helper', image: 'registry.example.com/shop/helper:1.0.0' };
const DNS = { ports: [{ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }] };
const containers = (service: ProductionService): Manifest[] => { const pod = podOf(service); return [...pod.containers, ...pod.initContainers ?? []]; };
const at = (version: string): Chart => chartIn(Environment.production({ kubernetesVersion: KubernetesVersion.of(version) }));

describe('requests dropped while pods are replaced', () => {
  test('a pod that serves goes on serving while the network forgets it, and has time for all of it', () => {
    const service = web();

    expect(containerOf(service).lifecycle.preStop).toEqual({ sleep: { seconds: 5 } });
    expect(podOf(service).terminationGracePeriodSeconds).toBeGreaterThan(5 + 30);
    expect(objectOf(service, 'Deployment').spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
  });

  test('a command that outlasts the grace it asked for is refused', () => {
    expect(errorOf(() => web({ shutdown: Shutdown.exec(['/bin/sleep', '60']) }))).toMatchObject({
      code: 'ShutdownTooShort', property: 'shutdown.delay', value: '"5 s"', fix: expect.stringContaining('delay: Duration.seconds(60)') as string,
    });
  });

  test('a cluster that cannot wait by itself is refused, until somebody says what waits', () => {
    expect(errorOf(() => web({}, at('1.29')))).toMatchObject({ code: 'UnsupportedByKubernetesVersion', property: 'shutdown', fix: expect.stringContaining('Shutdown.exec') as string });
  });

  test('a sidecar outlives the application that sends through it', () => {
    expect(podOf(web({ sidecars: [HELPER] })).initContainers[0].restartPolicy).toBe('Always');
  });
});

describe('an apply that scales a busy service down', () => {
  test.each([['autoscaled', Replicas.autoscaled()], ['external', Replicas.external(3)]])('the manifest never states the number while somebody else owns it: %s', (_, replicas) => {
    expect(objectOf(web({ replicas }), 'Deployment').spec).not.toHaveProperty('replicas');
  });
});

describe('a node that cannot be drained', () => {
  test.each([[1, undefined], [2, 1], [3, 1], [10, '10%'], [50, '10%']])('of %i pods at least, some may always be away', (count, maxUnavailable) => {
    const budget = manifestsOf(web({ replicas: Replicas.fixed(count) })).find(manifest => manifest.kind === 'PodDisruptionBudget');

    expect(budget?.spec.maxUnavailable).toBe(maxUnavailable);
    expect(budget?.spec.minAvailable).toBeUndefined();
  });

  test('broken pods are never protected', () => {
    expect(objectOf(web(), 'PodDisruptionBudget').spec.unhealthyPodEvictionPolicy).toBe('AlwaysAllow');
  });

  test.each([
    [DisruptionBudget.minAvailable(3), 'disruptionBudget.minAvailable'], [DisruptionBudget.maxUnavailable(0), 'disruptionBudget.maxUnavailable'], [DisruptionBudget.maxUnavailable('0%'), 'disruptionBudget.maxUnavailable'],
  ])('a budget that lets nobody go is refused', (disruptionBudget, property) => {
    expect(errorOf(() => web({ disruptionBudget }))).toMatchObject({ code: 'DisruptionBudgetBlocksDrain', property, fix: expect.stringMatching(/maxUnavailable\(1\)|10%/) as string });
  });
});

describe('all pods restarted together because a database is away', () => {
  test('nothing restarts unless somebody says what for', () => {
    expect(containerOf(web({ health: Health.http({ readiness: '/ready' }) }))).not.toHaveProperty('livenessProbe');
  });

  test('the check that may depend on others is never the one that restarts', () => {
    expect(errorOf(() => web({ health: Health.http({ readiness: '/health', liveness: '/health' }) }))).toMatchObject({
      code: 'ProbeConflict', property: 'health.liveness', fix: expect.stringContaining('leave liveness out') as string,
    });
  });

  test('a pod leaves the Service before it is restarted', () => {
    const { readinessProbe, livenessProbe } = containerOf(web());
    const patience = (probe: Manifest): number => probe.periodSeconds * probe.failureThreshold;

    expect(patience(livenessProbe)).toBeGreaterThan(2 * patience(readinessProbe));
    expect(livenessProbe.timeoutSeconds).toBeGreaterThan(readinessProbe.timeoutSeconds);
    const hasty = Health.http({ readiness: '/ready', liveness: '/live', livenessTiming: { failureThreshold: 1 } });
    expect(errorOf(() => web({ health: hasty }))).toMatchObject({ code: 'ProbeConflict', property: 'health.livenessTiming' });
  });

  test('a path that sounds as if it asked a database is found', () => {
    expect(Findings.of(web({ health: Health.http({ readiness: '/ready', liveness: '/health/db' }) }))).toMatchObject([{ id: 'keep-liveness-inside-the-process', constructPath: 'chart/web' }]);
  });
});

describe('a slow start that is killed for being slow', () => {
  test('until it has started, a container has five minutes, whatever liveness says afterwards', () => {
    const { startupProbe } = containerOf(web());

    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBe(300);
  });

  test('one number is the budget, and no rollout gives up before it is spent', () => {
    const service = web({ health: Health.http({ readiness: '/ready', liveness: '/live', startupBudget: Duration.minutes(20) }) });
    const { startupProbe } = containerOf(service);

    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBe(1200);
    expect(objectOf(service, 'Deployment').spec.progressDeadlineSeconds).toBeGreaterThan(1200);
    expect(errorOf(() => web({ rollout: { progressDeadline: Duration.minutes(5) } }))).toMatchObject({
      code: 'InvalidValue', property: 'rollout.progressDeadline', fix: 'raise progressDeadline, or lower the startup budget',
    });
  });
});

describe('a network policy that takes the names away', () => {
  test.each<[string, Partial<ProductionServiceProps>]>([['a service', {}], ['a worker', { port: undefined, health: Health.none('it takes messages from a queue') }]])('%s may look up names, by UDP and TCP', (_, props) => {
    const { egress, policyTypes } = objectOf(web(props), 'NetworkPolicy').spec;

    expect(policyTypes).toEqual(['Ingress', 'Egress']);
    expect(egress).toContainEqual({
      ...DNS, to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
    });
  });

  test('connections do not take them away', () => {
    const service = web();
    service.connectTo(ExternalEndpoint.cidr('203.0.113.0/24', 443));

    expect(objectOf(service, 'NetworkPolicy').spec.egress.filter((rule: Manifest) => rule.ports[0].port === 53)).toHaveLength(1);
  });
});

describe('a connection that is open on one end only', () => {
  test('both ends are written, into the namespaces of both', () => {
    const app = new App({ outdir: 'never-written' });
    const [here, there] = [new Chart(app, 'here', { namespace: 'front' }), new Chart(app, 'there', { namespace: 'back' })];
    const [caller, target] = [new ProductionService(here, 'caller', MINIMAL), new ProductionService(there, 'target', MINIMAL)];
    caller.connectTo(target);
    const [out, into] = [one(synth(here), 'NetworkPolicy'), one(synth(there), 'NetworkPolicy')];

    expect([out.metadata.namespace, into.metadata.namespace]).toEqual(['front', 'back']);
    const egress = out.spec.egress.find((rule: Manifest) => rule.ports[0].port === 8080);
    expect(egress.to[0].namespaceSelector.matchLabels).toEqual({ 'kubernetes.io/metadata.name': 'back' });
    expect(into.spec.ingress[0].from[0].namespaceSelector.matchLabels).toEqual({ 'kubernetes.io/metadata.name': 'front' });
    expect(into.spec.ingress[0].ports).toEqual(egress.ports);
  });

  test('an end that cannot be named is refused', () => {
    const app = new App({ outdir: 'never-written' });
    const [caller, target] = [new Chart(app, 'here', { namespace: 'front' }), new Chart(app, 'there')].map(chart => new ProductionService(chart, 'web', MINIMAL));

    expect(errorOf(() => caller!.connectTo(target!))).toMatchObject({ code: 'NetworkUnreachable', property: 'connectTo', fix: 'give both charts a namespace: new Chart(app, id, { namespace })' });
  });
});

describe('pods that a hardened namespace refuses, or that run as root', () => {
  test('every container is an ordinary user without rights, before a file system it cannot change', () => {
    for (const { securityContext } of containers(web({ sidecars: [HELPER], initContainers: [{ ...HELPER, name: 'init' }] }))) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        privileged: false,
        readOnlyRootFilesystem: true,
        runAsGroup: 10001,
        runAsNonRoot: true,
        runAsUser: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      });
    }
  });

  test('a program may write to /tmp all the same', () => {
    expect(containerOf(web()).volumeMounts).toContainEqual({ mountPath: '/tmp', name: 'web-tmp' });
  });

  test.each<[string, (chart: Chart) => Partial<ProductionServiceProps>, string]>([
    ['root', () => ({ pod: { user: 0 } }), 'pod.user'],
    ['a port of root\'s', () => ({ port: 80 }), 'port'],
    ['the node\'s disk', chart => ({ mounts: [{ path: '/node', volume: Volume.fromHostPath(chart, 'v', 'node', { path: '/' }) }] }), 'mounts[0].volume'],
  ])('%s is refused', (_, props, property) => {
    const chart = testChart();

    expect(errorOf(() => web(props(chart), chart))).toMatchObject({ code: 'PodSecurityViolation', property, fix: expect.stringMatching(/leave it out|let the application listen|PersistentVolumeClaim/) as string });
  });
});

describe('an object that cannot be applied any more because its selector changed', () => {
  const selectorOf = (props: Partial<ProductionServiceProps>, chart?: Chart) => objectOf(web(props, chart), 'Deployment').spec.selector;

  test('nothing that may change is part of it', () => {
    const changed = chartIn(Environment.staging({ team: 'other', partOf: 'other' }));

    expect(selectorOf({ image: 'registry.example.com/shop/web:9.9.9', labels: { tier: 'gold' }, component: 'x', version: 'y' }, changed)).toEqual(selectorOf({}));
  });

  test('a construct that is renamed keeps it', () => {
    const chart = testChart();
    new ProductionService(chart, 'storefront', { ...MINIMAL, renamedFrom: 'web' });

    expect(one(synth(chart), 'Deployment').spec.selector).toEqual(selectorOf({}));
  });

  test('a patch that would part the pods from it fails', () => {
    const service = web();
    service.workload.patch({ spec: { template: { metadata: { labels: { 'app.kubernetes.io/name': 'other' } } } } });

    expect(() => manifestsOf(service)).toThrow(/InvalidPatch at 'chart\/web\/Resource'[\s\S]*pods that carry app\.kubernetes\.io\/name: web/);
  });

  test('a label that would be part of it is refused', () => {
    expect(errorOf(() => web({ labels: { 'app.kubernetes.io/name': 'other' } }))).toMatchObject({ code: 'ConflictingProperties', property: 'labels["app.kubernetes.io/name"]', fix: expect.stringContaining('selectorLabels') as string });
  });
});

describe('a rollback that meets the new configuration', () => {
  const files = (content: string) => ({ files: { '/etc/web.yaml': content } });

  test('a change is another object, named in the pods, so they roll; the old one stays as it was', () => {
    const [before, after] = [web(files('a: 1')), web(files('a: 2'))];
    const mounted = (service: ProductionService) => podOf(service).volumes.find((volume: Manifest) => volume.name === 'files').configMap.name as string;

    expect(mounted(before)).toBe(before.configMap!.name);
    expect(mounted(after)).not.toBe(mounted(before));
    expect(one(manifestsOf(before), 'ConfigMap')).toMatchObject({ immutable: true, metadata: { annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false' } } });
  });

  test('a patch to its content is refused', () => {
    expect(errorOf(() => web(files('a: 1')).configMap!.patch({ data: { 'etc_web.yaml': 'a: 2' } }))).toMatchObject({ code: 'ContentIsImmutable', fix: 'change the "files" prop; a new name follows by itself' });
  });

  test('a variable is part of the pods themselves', () => {
    expect(containerOf(web({ env: { LEVEL: 'info' } })).env).toEqual([{ name: 'LEVEL', value: 'info' }]);
  });
});

describe('nodes that run different code under one name', () => {
  const image = (reference: string) => `registry.example.com/shop/web${reference}`;

  test.each(['', ':latest', ':stable', ':main', ':1', ':1.4', ':v2', ':nightly'])('the image web%s is refused', reference => {
    expect(errorOf(() => web({ image: image(reference) }))).toMatchObject({
      code: 'MutableImage', property: 'image', value: JSON.stringify(image(reference)), fix: expect.stringMatching(/full version/) as string,
    });
  });

  test.each([':1.4.2', ':v1.4.2', ':1.4.2-rc.1', ':20261121-1432', ':main-9f8e7d6', `@sha256:${'ab'.repeat(32)}`, `:latest@sha256:${'ab'.repeat(32)}`])('the image web%s is taken, in sidecars and init containers as well', reference => {
    const helper = { ...HELPER, image: image(reference) };

    expect(containers(web({ image: image(reference), sidecars: [helper], initContainers: [{ ...helper, name: 'init' }] })).map(container => container.image)).toEqual(Array(3).fill(image(reference)));
  });

  test('a sidecar and an init container with a moving tag are refused, too', () => {
    const moving = { ...HELPER, image: 'helper' };

    expect(errorOf(() => web({ sidecars: [moving] }))).toMatchObject({ code: 'MutableImage', property: 'sidecars[0].image' });
    expect(errorOf(() => web({ initContainers: [moving] }))).toMatchObject({ code: 'MutableImage', property: 'initContainers[0].image' });
  });
});

describe('pods that end up side by side after each rollout', () => {
  test('they are spread over zones and nodes, each revision for itself, on nodes where they may be', () => {
    expect(podOf(web()).topologySpreadConstraints).toMatchObject(['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map(topologyKey => ({
      topologyKey, matchLabelKeys: ['pod-template-hash'], maxSkew: 1, nodeTaintsPolicy: 'Honor', whenUnsatisfiable: 'ScheduleAnyway',
    })));
  });

  test('a hard rule that the pods cannot fulfil is refused', () => {
    expect(errorOf(() => web({ placement: { spread: Spread.overZones(4) } }))).toMatchObject({ code: 'UnsatisfiablePlacement', property: 'placement.spread.overZones', fix: 'raise the replicas to at least 4, or use Spread.preferred()' });
  });

  test('no rule at all needs a reason', () => {
    expect(errorOf(() => web({ placement: { spread: Spread.none('') } }))).toMatchObject({ code: 'MissingValue', property: 'placement.spread.none' });
  });
});

describe('a rollout that finds no room for one more pod', () => {
  test('being apart is a preference, and never required by default', () => {
    expect(Object.keys(podOf(web()).affinity.podAntiAffinity)).toEqual(['preferredDuringSchedulingIgnoredDuringExecution']);
  });

  test('where it is required, the pods of the old revision do not count, and there are nodes for all', () => {
    const service = web({ placement: { spread: Spread.onePodPerNode(10) } });

    expect(podOf(service).affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys).toEqual(['pod-template-hash']);
    expect(errorOf(() => web({ placement: { spread: Spread.onePodPerNode(9) } }))).toMatchObject({ code: 'UnsatisfiablePlacement', fix: 'lower the replicas, add nodes, or use Spread.preferred()' });
  });
});

describe('an autoscaler that an injected sidecar blinds', () => {
  test('it watches the application\'s container alone', () => {
    const { metrics } = objectOf(web({ sidecars: [HELPER] }), 'HorizontalPodAutoscaler').spec;

    expect(metrics).toEqual([{ type: 'ContainerResource', containerResource: { container: 'web', name: 'cpu', target: { averageUtilization: 70, type: 'Utilization' } } }]);
  });

  test('every container has requests', () => {
    for (const { resources } of containers(web({ sidecars: [HELPER], initContainers: [{ ...HELPER, name: 'init' }] }))) {
      expect(Object.keys(resources.requests)).toEqual(['cpu', 'ephemeral-storage', 'memory']);
    }
  });
});

describe('an autoscaler that flaps, crawls, or leaves one pod', () => {
  test('it grows at once and shrinks slowly, by a part and not by one', () => {
    const { scaleUp, scaleDown } = objectOf(web(), 'HorizontalPodAutoscaler').spec.behavior;

    expect([scaleUp.stabilizationWindowSeconds, scaleDown.stabilizationWindowSeconds]).toEqual([0, 300]);
    expect(scaleDown.policies).toEqual([{ periodSeconds: 60, type: 'Percent', value: 20 }]);
  });

  test('a floor of one pod is refused where availability is high', () => {
    expect(errorOf(() => web({ replicas: Replicas.autoscaled({ minReplicas: 1 }) }))).toMatchObject({ code: 'InvalidValue', property: 'replicas.minReplicas', fix: expect.stringContaining('give at least 2') as string });
  });

  test('memory is watched only where it is asked for', () => {
    expect(JSON.stringify(objectOf(web(), 'HorizontalPodAutoscaler').spec.metrics)).not.toContain('"memory"');
  });
});

describe('a stolen token, or the credentials of the node', () => {
  test('no pod holds a token that it did not ask for, and each service has an account of its own', () => {
    const service = web();

    expect(podOf(service)).toMatchObject({ automountServiceAccountToken: false, serviceAccountName: 'web' });
    expect(objectOf(service, 'ServiceAccount').automountServiceAccountToken).toBe(false);
  });

  test('no range of addresses includes the metadata endpoint of a cloud', () => {
    const service = web();
    service.connectTo(ExternalEndpoint.cidr('0.0.0.0/0', 443));
    service.connectTo(ExternalEndpoint.cidr('::/0', 443));

    expect(objectOf(service, 'NetworkPolicy').spec.egress).toContainEqual({
      ports: [{ port: 443, protocol: 'TCP' }],
      to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.169.254/32'] } }, { ipBlock: { cidr: '::/0', except: ['fd00:ec2::254/128'] } }],
    });
  });

  test.each([['secrets', undefined, 'resourceNames', 'MissingValue'], ['*', undefined, 'resources', 'InvalidValue']])('the right to read all of %s is refused', (resource, resourceNames, property, code) => {
    const identity = Identity.own({ permissions: [{ verbs: ['get'], resources: [resource], resourceNames }] });

    expect(errorOf(() => web({ identity }, chartWithApi()))).toMatchObject({ code, property: `identity.permissions[0].${property}` });
  });
});

describe('a secret that anybody can read in Git', () => {
  test.each<[string, Partial<ProductionServiceProps>, string]>([
    ['by the name of its variable', { env: { DB_PASSWORD: 'hunter2-the-value' } }, 'env.DB_PASSWORD'],
    ['by its look', { env: { DATABASE_URL: 'postgres://shop:hunter2-the-value@db/shop' } }, 'env.DATABASE_URL'],
    ['in a file', { files: { '/etc/web.ini': 'url=postgres://shop:hunter2-the-value@db/shop' } }, 'files["/etc/web.ini"]'],
    ['in an argument', { args: ['--password=hunter2-the-value'] }, 'args[0]'],
    ['in a sidecar', { sidecars: [{ ...HELPER, env: { API_TOKEN: 'hunter2-the-value' } }] }, 'sidecars[0].env.API_TOKEN'],
  ])('is refused %s, and not shown', (_, props, property) => {
    const error = errorOf(() => web(props));

    expect(error).toMatchObject({ code: 'SecretInManifest', constructPath: 'chart/web', property, fix: expect.stringMatching(/Secret/) as string });
    expect(error.message).not.toContain('hunter2-the-value');
  });

  test('a reference is what stands in the manifest', () => {
    const chart = testChart();
    const env = { DB_PASSWORD: EnvValue.fromSecretValue({ secret: Secret.fromSecretName(chart, 'vault', 'vault'), key: 'password' }) };

    expect(containerOf(web({ env }, chart)).env).toEqual([{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { key: 'password', name: 'vault' } } }]);
  });
});

describe('a pod that fills its node\'s disk', () => {
  test('every container has a request and a limit for disk, and every scratch directory a size', () => {
    const service = web({ scratch: { '/var/cache': Size.mebibytes(64) }, sidecars: [{ ...HELPER, scratch: { '/run': Size.mebibytes(8) } }] });

    for (const { resources } of containers(service)) { expect(resources.limits['ephemeral-storage']).toBe(resources.requests['ephemeral-storage']); }
    expect(podOf(service).volumes.map((volume: Manifest) => volume.emptyDir.sizeLimit)).toEqual(['8Mi', '128Mi', '64Mi']);
  });

  test('an emptyDir without limit is refused, and one that is larger than the disk', () => {
    const chart = testChart();

    expect(errorOf(() => web({ mounts: [{ path: '/cache', volume: Volume.fromEmptyDir(chart, 'v', 'cache') }] }, chart))).toMatchObject({ code: 'MissingValue', property: 'mounts[0].volume', fix: expect.stringContaining('sizeLimit') as string });
    expect(errorOf(() => web({ scratch: { '/cache': Size.gibibytes(1) } }))).toMatchObject({ code: 'InvalidValue', property: 'scratch', fix: expect.stringContaining('ephemeralStorage') as string });
  });
});

describe('a process that cannot start in a namespace of many Services', () => {
  test('Services do not become variables', () => {
    expect(podOf(web()).enableServiceLinks).toBe(false);
  });
});

describe('a port that is not there', () => {
  const service = web({ port: Port.grpc(9000), additionalPorts: [Port.http(8080, { name: 'metrics', servicePort: 9090 })], health: Health.http({ readiness: '/ready', port: 'metrics' }) });

  test('Service and checks name the container\'s ports; each has a name and says what it speaks', () => {
    const names = containerOf(service).ports.map((port: Manifest) => port.name);

    expect(names).toEqual(['grpc', 'metrics']);
    expect(objectOf(service, 'Service').spec.ports.map((port: Manifest) => [port.name, port.targetPort, port.appProtocol])).toEqual([
      ['grpc', 'grpc', 'kubernetes.io/h2c'], ['metrics', 'metrics', 'http'],
    ]);
    expect(containerOf(service).readinessProbe.httpGet.port).toBe('metrics');
  });

  test('a UDP port stays one, on the container, the Service and both policies', () => {
    const chart = testChart();
    const [caller, target] = [new ProductionService(chart, 'caller', MINIMAL), web({ port: Port.udp(5353), health: Health.exec({ readiness: ['/ready'] }) }, chart)];
    caller.connectTo(target);
    const manifests = synth(chart);

    expect(containerOf(target).ports[0].protocol).toBe('UDP');
    expect(one(manifests, 'Service', 'web').spec.ports[0].protocol).toBe('UDP');
    expect(one(manifests, 'NetworkPolicy', 'caller').spec.egress.find((rule: Manifest) => rule.ports[0].port === 5353).ports).toEqual([{ port: 5353, protocol: 'UDP' }]);
    expect(one(manifests, 'NetworkPolicy', 'web').spec.ingress[0].ports).toEqual([{ port: 5353, protocol: 'UDP' }]);
  });

  test.each<[string, () => unknown, string]>([
    ['a check', () => web({ health: Health.http({ readiness: '/ready', port: 'admin' }) }), 'health.port'], ['scraping', () => web({ metricsPort: 'admin' }), 'metricsPort'],
    ['a connection', () => { const target = web(); target.connectTo(target, { port: 'admin' }); }, 'connectTo.port'], ['a peer', () => web().allowFrom(NetworkPeer.namespace('edge'), { ports: ['admin'] }), 'allowFrom.ports[0]'],
  ])('%s of a port that does not exist is refused', (_, action, property) => {
    expect(errorOf(action)).toMatchObject({ code: 'PortConflict', property, allowed: expect.stringContaining('http') as string });
  });
});

describe('a field that is too new for its cluster', () => {
  test('is refused with the version that takes it, never dropped', () => {
    expect(errorOf(() => web({ replicas: Replicas.autoscaled({ scaleUp: { tolerance: 0.05 } }) }))).toMatchObject({
      code: 'UnsupportedByKubernetesVersion',
      property: 'replicas.scaleUp.tolerance',
      allowed: expect.stringContaining('from Kubernetes 1.35; the target is 1.31') as string,
      fix: expect.stringContaining('set the environment\'s kubernetesVersion to 1.35 or later') as string,
    });
  });

  test('is refused in a patch, too', () => {
    const service = web();
    service.workload.patch({ spec: { template: { spec: { hostnameOverride: 'pinned' } } } });

    expect(() => manifestsOf(service)).toThrow(/UnsupportedByKubernetesVersion[\s\S]*from Kubernetes 1\.35; the target is 1\.31/);
  });

  test('falls back where there is an older way', () => {
    const service = web({ sidecars: [HELPER], shutdown: Shutdown.exec(['/bin/sleep', '5']) }, at('1.28'));

    expect(podOf(service).containers.map((container: Manifest) => container.name)).toEqual(['web', 'helper']);
  });
});

describe('names that are cut, collide, or do not fit', () => {
  test('a name that leaves no room for what controllers append is refused, not cut', () => {
    expect(errorOf(() => web({ name: 'w'.repeat(47) }))).toMatchObject({ code: 'InvalidName', property: 'name', fix: expect.stringContaining('shorten it by 1 character') as string });
    expect(identities(manifestsOf(web({ name: 'w'.repeat(46) })))).toContain(`Deployment/${'w'.repeat(46)}`);
  });

  test('a Service cannot begin with a digit', () => {
    expect(errorOf(() => web({ name: '1st' }))).toMatchObject({ code: 'InvalidName' });
  });

  test('two objects of one identity fail, naming both constructs; two environments may share names', () => {
    const app = new App({ outdir: 'never-written' });
    for (const id of ['a', 'b']) { new ProductionService(new Chart(app, id, { namespace: 'shop' }), 'web', MINIMAL); }
    expect(() => app.synthYaml()).toThrow(/DuplicateIdentity at 'b\/web\/Resource'[\s\S]*the other is 'a\/web\/Resource'/);

    const clusters = new App({ outdir: 'never-written' });
    for (const id of ['staging', 'production']) {
      const chart = new Chart(clusters, id, { namespace: 'shop' });
      Environment.named(id).attachTo(chart);
      new ProductionService(chart, 'web', MINIMAL);
    }
    expect(() => clusters.synthYaml()).not.toThrow();
  });
});

describe('output that differs from run to run', () => {
  const build = (): string => {
    const app = new App({ outdir: 'never-written' });
    const chart = new Chart(app, 'chart', { namespace: 'shop' });
    const service = web({ files: { '/etc/b': '2', '/etc/a': '1' }, labels: { z: '1', a: '2' }, exposure: ServiceExposure.loadBalancer(), resources: Resources.guaranteed() }, chart);
    service.connectTo(new ProductionService(chart, 'api', MINIMAL));
    service.allowFrom(NetworkPeer.namespace('edge'));
    return app.synthYaml() as string;
  };

  test('two runs give the same bytes', () => {
    expect(build()).toBe(build());
  });

  test('another clock, another chance and another environment do, too', () => {
    const expected = build();
    const spies = [jest.spyOn(Date, 'now').mockReturnValue(0), jest.spyOn(Math, 'random').mockReturnValue(0.1)];
    const environment = { ...process.env };
    Object.assign(process.env, { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', HOME: '/nowhere', USER: 'nobody', CI: '1' });
    try {
      expect(build()).toBe(expected);
    } finally {
      process.env = environment;
      spies.forEach(spy => spy.mockRestore());
    }
  });
});

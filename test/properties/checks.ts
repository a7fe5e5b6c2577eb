import { KubernetesVersion } from 'cdk8s-production';
import { PROXY_METRICS } from './model';
import { selects } from './network';
import { featuresUsedBy } from '../../lib/core/kubernetes-features';
import type { Manifest } from '../helpers/manifests';

/** A check of manifests: what is wrong with them, in words. It knows Kubernetes, and nothing of who wrote them. */
export type Check = (objects: readonly Manifest[]) => string[];

const namespaceOf = (object: Manifest): string => object.metadata.namespace ?? '';
const describeObject = (object: Manifest): string => `${object.kind} ${namespaceOf(object)}/${object.metadata.name}`;
const ofKind = (objects: readonly Manifest[], kind: string): Manifest[] => objects.filter(object => object.kind === kind);
const SELECTING = ['Deployment', 'StatefulSet', 'DaemonSet'];
const workloads = (objects: readonly Manifest[]): Manifest[] => objects.filter(({ kind }) => [...SELECTING, 'Job', 'CronJob'].includes(kind));
const podTemplate = (workload: Manifest): Manifest => (workload.kind === 'CronJob' ? workload.spec.jobTemplate.spec : workload.spec).template;
const podSpec = (workload: Manifest): Manifest => podTemplate(workload).spec;
const podLabels = (workload: Manifest): Record<string, string> => podTemplate(workload).metadata.labels;
/** Those of the pod, and those that come from the claim templates of a StatefulSet. */
const volumesOf = (workload: Manifest): Manifest[] => [
  ...podSpec(workload).volumes ?? [], ...(workload.spec.volumeClaimTemplates ?? []).map(({ metadata }: Manifest) => ({ name: metadata.name })),
];
const allContainers = (workload: Manifest): Manifest[] => [...podSpec(workload).containers, ...podSpec(workload).initContainers ?? []];
/** Those that run at the same time: an init container that restarts is a sidecar. */
export const runningContainers = (workload: Manifest): Manifest[] => [
  ...podSpec(workload).containers, ...(podSpec(workload).initContainers ?? []).filter((container: Manifest) => container.restartPolicy === 'Always'),
];

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SEGMENT = /^(?!\.\.?$)[^/%]+$/;
const PORT_NAME = /^(?=.*[a-z])[a-z0-9]([a-z0-9]|-(?!-))*(?<!-)$/;
const VARIABLE = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
const CONFIG_KEY = /^(?!\.\.)[-._a-zA-Z0-9]+$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const QUALIFIED = /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** The rule of the API server for the name of each kind, and its limit. */
const NAME_RULES: Readonly<Record<string, readonly [RegExp, number]>> = {
  CronJob: [LABEL, 52], Service: [LABEL_1035, 63], Namespace: [LABEL, 63], Role: [SEGMENT, 253], RoleBinding: [SEGMENT, 253],
};

export const namesAreValid: Check = objects => {
  const problems: string[] = [];
  const demand = (what: string, name: unknown, pattern: RegExp, limit: number): void => {
    if (typeof name !== 'string' || name.length > limit || !pattern.test(name)) { problems.push(`${what} '${String(name)}'`); }
  };
  const once = (what: string, names: readonly unknown[]): void => {
    names.filter((name, i) => names.indexOf(name) !== i).forEach(name => problems.push(`${what} '${String(name)}' is there twice`));
  };
  once('object', objects.map(object => `${object.apiVersion} ${describeObject(object)}`));
  for (const object of objects) {
    const at = describeObject(object);
    const [pattern, limit] = NAME_RULES[object.kind] ?? [SUBDOMAIN, 253];
    demand('name of', object.metadata.name, pattern, limit);
    for (const labels of [object.metadata.labels, object.spec?.template?.metadata?.labels, object.spec?.selector?.matchLabels, object.spec?.template?.spec?.nodeSelector]) {
      for (const [key, value] of Object.entries(labels ?? {})) {
        demand(`${at}: label`, key, QUALIFIED, 317);
        demand(`${at}: value of ${key}`, value, LABEL_VALUE, 63);
      }
    }
    for (const key of Object.keys({ ...object.metadata.annotations, ...object.spec?.template?.metadata?.annotations })) { demand(`${at}: annotation`, key, QUALIFIED, 317); }
    for (const key of Object.keys(object.data ?? {})) { demand(`${at}: key`, key, CONFIG_KEY, 253); }
  }
  for (const workload of workloads(objects)) {
    const at = describeObject(workload);
    const containers = allContainers(workload);
    containers.forEach(container => demand(`${at}: container`, container.name, LABEL, 63));
    once(`${at}: container`, containers.map(container => container.name));
    for (const { name } of volumesOf(workload)) { demand(`${at}: volume`, name, LABEL, 63); }
    once(`${at}: volume`, volumesOf(workload).map(volume => volume.name));
    const ports: Manifest[] = runningContainers(workload).flatMap(container => container.ports ?? []);
    ports.forEach(port => demand(`${at}: port`, port.name, PORT_NAME, 15));
    once(`${at}: port`, ports.map(port => port.name));
    once(`${at}: port`, ports.map(port => `${port.containerPort}/${port.protocol}`));
    for (const container of containers) {
      (container.env ?? []).forEach((variable: Manifest) => demand(`${at}: variable`, variable.name, VARIABLE, 253));
      once(`${at}: variable`, (container.env ?? []).map((variable: Manifest) => variable.name));
      once(`${at}: path`, (container.volumeMounts ?? []).map((mount: Manifest) => mount.mountPath));
    }
  }
  for (const service of ofKind(objects, 'Service')) {
    const at = describeObject(service);
    const { ports } = service.spec;
    ports.forEach((port: Manifest) => demand(`${at}: port`, port.name, LABEL, 63));
    once(`${at}: port`, ports.map((port: Manifest) => port.name));
    once(`${at}: port`, ports.map((port: Manifest) => `${port.port}/${port.protocol}`));
  }
  return problems;
};

/** Each selector of ours takes the pods of one workload, and of no other. */
export const selectorsMatch: Check = objects => {
  const problems: string[] = [];
  const demandOne = (owner: Manifest, selector: Manifest): void => {
    const taken = workloads(objects).filter(workload => namespaceOf(workload) === namespaceOf(owner) && selects(selector, podLabels(workload)));
    if (taken.length !== 1 || Object.keys(selector?.matchLabels ?? {}).length === 0) { problems.push(`${describeObject(owner)} selects ${taken.map(describeObject).join(', ') || 'nothing'}`); }
  };
  for (const object of objects) {
    if (object.kind === 'Service' && object.spec.type !== 'ExternalName') { demandOne(object, { matchLabels: object.spec.selector }); }
    if (object.kind === 'PodDisruptionBudget' || SELECTING.includes(object.kind)) { demandOne(object, object.spec.selector); }
    if (object.kind === 'NetworkPolicy') { demandOne(object, object.spec.podSelector); }
    if (object.kind === 'CiliumNetworkPolicy') { demandOne(object, object.spec.endpointSelector); }
  }
  for (const workload of workloads(objects)) {
    const { topologySpreadConstraints = [], affinity } = podSpec(workload);
    const apart = affinity?.podAntiAffinity ?? {};
    const own: Manifest[] = [
      ...topologySpreadConstraints,
      ...apart.requiredDuringSchedulingIgnoredDuringExecution ?? [],
      ...(apart.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((term: Manifest) => term.podAffinityTerm),
    ];
    for (const { labelSelector, topologyKey } of own) {
      if (!selects(labelSelector, podLabels(workload)) || Object.keys(labelSelector?.matchLabels ?? {}).length === 0) { problems.push(`${describeObject(workload)}: the rule for ${topologyKey} selects other pods`); }
    }
  }
  return problems;
};

/** Names that the applications of these tests give to what others have made. */
const THEIRS = /^(their-|registry-login$)/;

export const referencesExist: Check = objects => {
  const problems: string[] = [];
  const exists = (from: Manifest, kind: string, name: string): void => {
    if (!THEIRS.test(name) && !objects.some(object => object.kind === kind && object.metadata.name === name && namespaceOf(object) === namespaceOf(from))) {
      problems.push(`${describeObject(from)} refers to ${kind} ${name}`);
    }
  };
  for (const workload of workloads(objects)) {
    const at = describeObject(workload);
    const volumes = volumesOf(workload);
    const mounted = allContainers(workload).flatMap(container => (container.volumeMounts ?? []).map((mount: Manifest) => mount.name));
    mounted.filter(name => !volumes.some(volume => volume.name === name)).forEach(name => problems.push(`${at} mounts ${name}`));
    volumes.filter(volume => !mounted.includes(volume.name)).forEach(volume => problems.push(`${at} does not mount ${volume.name}`));
    for (const { configMap, secret } of volumes) {
      if (configMap !== undefined) { exists(workload, 'ConfigMap', configMap.name); }
      if (secret !== undefined) { exists(workload, 'Secret', secret.secretName); }
    }
    for (const mount of allContainers(workload).flatMap(container => container.volumeMounts ?? [])) {
      const map = volumes.find(volume => volume.name === mount.name)?.configMap?.name;
      const data = objects.find(object => object.kind === 'ConfigMap' && object.metadata.name === map && namespaceOf(object) === namespaceOf(workload))?.data;
      if (data !== undefined && !Object.hasOwn(data, mount.subPath)) { problems.push(`${at} mounts ${mount.subPath}, which ${map} has not`); }
    }
    exists(workload, 'ServiceAccount', podSpec(workload).serviceAccountName);
    for (const container of runningContainers(workload)) {
      const listens = (port: number | string): boolean => (container.ports ?? []).some((p: Manifest) => p.protocol === 'TCP' && (p.name === port || p.containerPort === port));
      for (const name of ['readinessProbe', 'livenessProbe', 'startupProbe']) {
        const port = container[name]?.httpGet?.port ?? container[name]?.tcpSocket?.port ?? container[name]?.grpc?.port;
        if (port !== undefined && !listens(port)) { problems.push(`${at}: ${name} of ${container.name} asks port ${port}`); }
      }
    }
  }
  const selected = (owner: Manifest, selector: Manifest): Manifest[] => workloads(objects)
    .filter(workload => namespaceOf(workload) === namespaceOf(owner) && selects(selector, podLabels(workload)))
    .flatMap(runningContainers).flatMap(container => container.ports ?? []);
  for (const service of ofKind(objects, 'Service').filter(object => object.spec.type !== 'ExternalName')) {
    const ports = selected(service, { matchLabels: service.spec.selector });
    for (const { name, targetPort, protocol } of service.spec.ports) {
      if (!ports.some(port => port.protocol === protocol && (port.name === targetPort || port.containerPort === targetPort))) { problems.push(`${describeObject(service)}: port ${name} leads to ${targetPort}/${protocol}`); }
    }
  }
  for (const policy of ofKind(objects, 'NetworkPolicy')) {
    const ports = selected(policy, policy.spec.podSelector);
    for (const { port, protocol } of (policy.spec.ingress ?? []).flatMap((rule: Manifest) => rule.ports)) {
      if (!Object.values(PROXY_METRICS).includes(port) && !ports.some(p => p.containerPort === port && p.protocol === protocol)) { problems.push(`${describeObject(policy)} lets in on ${port}/${protocol}`); }
    }
  }
  for (const autoscaler of ofKind(objects, 'HorizontalPodAutoscaler')) {
    const { scaleTargetRef, metrics } = autoscaler.spec;
    exists(autoscaler, scaleTargetRef.kind, scaleTargetRef.name);
    const workload = workloads(objects).find(object => object.metadata.name === scaleTargetRef.name && namespaceOf(object) === namespaceOf(autoscaler));
    for (const { containerResource } of metrics) {
      const watched = podSpec(workload).containers.find((container: Manifest) => container.name === containerResource?.container);
      if (containerResource !== undefined && watched?.resources.requests[containerResource.name] === undefined) { problems.push(`${describeObject(autoscaler)} watches ${containerResource.name} of ${containerResource.container}`); }
    }
  }
  for (const binding of ofKind(objects, 'RoleBinding')) {
    exists(binding, 'Role', binding.roleRef.name);
    binding.subjects.forEach((subject: Manifest) => exists(binding, 'ServiceAccount', subject.name));
  }
  return problems;
};

export const onlyOneOwnerOfReplicas: Check = objects => workloads(objects)
  .filter(workload => workload.spec.replicas !== undefined && ofKind(objects, 'HorizontalPodAutoscaler')
    .some(({ metadata, spec }) => (metadata.namespace ?? '') === namespaceOf(workload) && spec.scaleTargetRef.name === workload.metadata.name))
  .map(workload => `${describeObject(workload)} states replicas beside its autoscaler`);

/** @see https://kubernetes.io/docs/concepts/security/pod-security-standards/ baseline and restricted, control by control */
export const passesRestricted: Check = objects => workloads(objects).flatMap(workload => {
  const problems: string[] = [];
  const demand = (holds: boolean, control: string): void => { if (!holds) { problems.push(`${describeObject(workload)}: ${control}`); } };
  const spec = podSpec(workload);
  const pod = spec.securityContext ?? {};
  const seccomp = (context: Manifest): boolean => ['RuntimeDefault', 'Localhost'].includes(context?.seccompProfile?.type);
  const seLinux = (context: Manifest): boolean => ['', undefined, 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'].includes(context?.seLinuxOptions?.type)
    && !context?.seLinuxOptions?.user && !context?.seLinuxOptions?.role;
  demand(!spec.hostNetwork && !spec.hostPID && !spec.hostIPC, 'host namespaces');
  demand((pod.sysctls ?? []).length === 0, 'sysctls');
  demand(pod.windowsOptions?.hostProcess !== true, 'host process');
  demand(seLinux(pod), 'SELinux');
  demand(!Object.keys(podTemplate(workload).metadata.annotations ?? {}).some(key => key.startsWith('container.apparmor.security.beta.kubernetes.io/')), 'AppArmor');
  for (const volume of spec.volumes ?? []) {
    const types = Object.keys(volume).filter(key => key !== 'name');
    demand(types.length === 1 && ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'].includes(types[0]!), `volume type of ${volume.name}`);
  }
  for (const container of allContainers(workload)) {
    const own = container.securityContext ?? {};
    const on = (control: string): string => `${control} of ${container.name}`;
    demand(!own.privileged, on('privileged'));
    demand(own.allowPrivilegeEscalation === false, on('allowPrivilegeEscalation'));
    demand(own.capabilities?.drop?.includes('ALL') === true, on('capabilities that are dropped'));
    demand((own.capabilities?.add ?? []).every((name: string) => name === 'NET_BIND_SERVICE'), on('capabilities that are added'));
    demand(own.runAsNonRoot === true || (own.runAsNonRoot === undefined && pod.runAsNonRoot === true), on('runAsNonRoot'));
    demand((own.runAsUser ?? pod.runAsUser) !== 0, on('runAsUser'));
    demand(own.seccompProfile === undefined ? seccomp(pod) : seccomp(own), on('seccompProfile'));
    demand(seLinux(own), on('SELinux'));
    demand(['Default', undefined].includes(own.procMount), on('procMount'));
    demand(['RuntimeDefault', 'Localhost', undefined].includes(own.appArmorProfile?.type), on('AppArmor'));
    demand((container.ports ?? []).every((port: Manifest) => !port.hostPort), on('hostPort'));
    const handlers = [container.readinessProbe, container.livenessProbe, container.startupProbe, container.lifecycle?.preStop, container.lifecycle?.postStart];
    demand(handlers.every(handler => handler?.httpGet?.host === undefined && handler?.tcpSocket?.host === undefined), on('hosts in probes and hooks'));
    // Not asked for by the standard, but promised.
    demand(own.readOnlyRootFilesystem === true, on('readOnlyRootFilesystem'));
  }
  return problems;
});

/** Fields that the target does not honour would be dropped there without a word. */
export const fieldsAreKnown = (minor: number): Check => objects => {
  const version = KubernetesVersion.of(`1.${minor}`);
  return objects.flatMap(object => featuresUsedBy(object).filter(({ feature }) => !version.supports(feature)).map(({ path }) => `${describeObject(object)}: ${path}`));
};

/** What JavaScript puts into texts by mistake, looked for in the text itself. */
export function accidents(yaml: string): string[] {
  return ['undefined', 'NaN', '[object', 'function ('].filter(accident => yaml.includes(accident));
}

/**
 * How many pods may be evicted, as the disruption controller counts.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/disruption/disruption.go getExpectedPodCount, updatePdbStatus
 */
export function disruptionsAllowed({ spec }: Manifest, pods: number): number {
  const scaled = (limit: number | string): number => (typeof limit === 'number' ? limit : Math.ceil(Number.parseInt(limit, 10) * pods / 100));
  const desiredHealthy = spec.maxUnavailable === undefined ? scaled(spec.minAvailable) : Math.max(0, pods - scaled(spec.maxUnavailable));
  return Math.max(0, pods - desiredHealthy);
}

import type { KubernetesFeature, KubernetesObject } from 'cdk8s-production';
import { Environment, KUBERNETES_FEATURES, KubernetesVersion, ProductionService, Shutdown } from 'cdk8s-production';
import { featuresUsedBy } from '../../lib/core/kubernetes-features';
import { errorOf, MINIMAL, synth, testChart } from '../helpers/manifests';

const NOT_YET = 99;

/**
 * From which minor version on each field is honoured with default gates, read from Kubernetes' own feature list
 * (versioned_feature_list.yaml of v1.32.0, v1.34.0 and v1.37.1). A change here is a change of what the library writes.
 */
const SAFE_FROM: [what: string, safeFrom: number, features: KubernetesFeature[]][] = [
  ['native sidecars', 29, ['nativeSidecars']],
  ['preStop.sleep, postStart.sleep', 30, ['preStopSleep']],
  ['a sleep of 0', 33, ['preStopSleepZero']],
  ['lifecycle.stopSignal', NOT_YET, ['stopSignal']],
  ['unhealthyPodEvictionPolicy', 27, ['unhealthyPodEvictionPolicy']],
  ['matchLabelKeys of a spread', 27, ['spreadMatchLabelKeys']],
  ['minDomains of a spread', 27, ['spreadMinDomains']],
  ['nodeAffinityPolicy, nodeTaintsPolicy of a spread', 26, ['spreadNodePolicies']],
  ['matchLabelKeys, mismatchLabelKeys of an affinity', 31, ['affinityMatchLabelKeys']],
  ['Deployment .status.terminatingReplicas', 35, ['deploymentTerminatingReplicas']],
  ['Job podReplacementPolicy', 29, ['jobPodReplacementPolicy']],
  ['Job podFailurePolicy', 26, ['jobPodFailurePolicy']],
  ['Job successPolicy', 31, ['jobSuccessPolicy']],
  ['Job backoffLimitPerIndex', 29, ['jobBackoffLimitPerIndex']],
  ['Job managedBy', 32, ['jobManagedBy']],
  ['resources of a suspended Job', 36, ['suspendedJobResources']],
  ['CronJob timeZone', 27, ['cronJobTimeZone']],
  ['in-place resize', 33, ['inPlaceResize']],
  ['pod-level resources', 34, ['podLevelResources']],
  ['HPA ContainerResource metrics', 27, ['containerResourceMetric']],
  ['HPA tolerance', 35, ['autoscalerTolerance']],
  ['HPA scale to zero', 37, ['scaleToZero']],
  ['StatefulSet minReadySeconds: in every version', 23, ['statefulSetMinReadySeconds']],
  ['StatefulSet maxUnavailable: 1.35 has it off, 1.37 on', 37, ['statefulSetMaxUnavailable']],
  ['StatefulSet claim retention policy', 27, ['claimRetentionPolicy']],
  ['StatefulSet ordinals.start', 27, ['statefulSetOrdinals']],
  ['StatefulSet Recreate', NOT_YET, ['statefulSetRecreate']],
  ['update of volumeClaimTemplates', NOT_YET, ['claimTemplatesUpdate']],
  ['recovery from a failed claim expansion', 32, ['claimExpansionRecovery']],
  ['VolumeAttributesClass', 34, ['volumeAttributesClass']],
  ['ReadWriteOncePod: KEP-2485, on by default from 1.27', 27, ['readWriteOncePod']],
  ['seLinuxChangePolicy', 33, ['seLinuxChangePolicy']],
  ['trafficDistribution PreferClose', 31, ['trafficDistributionPreferClose']],
  ['trafficDistribution PreferSameZone, PreferSameNode', 34, ['trafficDistributionPreferSame']],
  ['user namespaces: 1.30 has them off, 1.33 on', 33, ['userNamespaces']],
  ['AppArmor field', 30, ['appArmorProfile']],
  ['supplementalGroupsPolicy', 33, ['supplementalGroupsPolicy']],
  ['recursiveReadOnly', 31, ['recursiveReadOnlyMounts']],
  ['procMount: 1.31 has it off, 1.33 on; never written all the same', 33, ['procMount']],
  ['image volumes: 1.33 has them off, 1.35 on', 35, ['imageVolumes']],
  ['fileKeyRef', 35, ['envFromFile']],
  ['restartPolicyRules', 35, ['restartPolicyRules']],
  ['RestartAllContainers', 36, ['restartAllContainers']],
  ['hostnameOverride', 35, ['hostnameOverride']],
  ['relaxed Service names', 36, ['relaxedServiceNames']],
  ['schedulingGates', 27, ['schedulingGates']],
  ['taint operators Gt, Lt', NOT_YET, ['taintComparison']],
  ['zone and region as labels of the pod', 35, ['podTopologyLabels']],
  ['resource claims: 1.32 has them off', 34, ['dynamicResourceAllocation']],
  ['gang scheduling: 1.37 has it off', NOT_YET, ['gangScheduling']],
  ['ValidatingAdmissionPolicy: 1.28 has it off', 30, ['validatingAdmissionPolicy']],
  ['MutatingAdmissionPolicy: 1.34 has it off', 36, ['mutatingAdmissionPolicy']],
  ['EvictionRequest', NOT_YET, ['evictionRequests']],
  ['probes by gRPC over TLS and by h2c', NOT_YET, ['grpcProbeTls', 'h2cProbe']],
  ['pod certificates: 1.35 has them off', 37, ['podCertificates']],
  ['projected ClusterTrustBundles: 1.33 has them off', 37, ['clusterTrustBundles']],
];

describe('the table of features', () => {
  test.each(SAFE_FROM)('%s is safe from minor version %d', (_, safeFrom, features) => {
    expect(features.map(feature => KUBERNETES_FEATURES[feature]?.safeFrom)).toEqual(features.map(() => safeFrom));
  });

  test('holds nothing whose source is not known', () => {
    expect(Object.keys(KUBERNETES_FEATURES).sort()).toEqual(SAFE_FROM.flatMap(([, , features]) => features).sort());
  });

  test.each(Object.entries(KUBERNETES_FEATURES))('%s is stable no sooner than safe, names its fields and says what the library does', (_, data) => {
    expect(data.stable ?? NOT_YET).toBeGreaterThanOrEqual(data.safeFrom);
    expect(data.fields.length).toBeGreaterThan(0);
    expect(data.rule).not.toBe('');
  });
});

const deployment = (podSpec: object): Record<string, unknown> => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { template: { spec: { containers: [{ name: 'web' }], ...podSpec } } },
});
const inContainer = (field: object): Record<string, unknown> => deployment({ containers: [{ name: 'web' }, { name: 'proxy', ...field }] });
const inInitContainer = (field: object): Record<string, unknown> => deployment({ initContainers: [{ name: 'wait', ...field }] });
const object = (kind: string, spec: object): Record<string, unknown> => ({ kind, metadata: { name: 'web' }, spec });
const POD = 'spec.template.spec';

describe('featuresUsedBy', () => {
  test.each<[feature: KubernetesFeature, where: string, manifest: Record<string, unknown>, path: string]>([
    ['nativeSidecars', 'an init container', inInitContainer({ restartPolicy: 'Always' }), `${POD}.initContainers.restartPolicy`],
    ['preStopSleep', 'a container', inContainer({ lifecycle: { preStop: { sleep: { seconds: 5 } } } }), `${POD}.containers.lifecycle.preStop.sleep`],
    ['preStopSleep', 'a postStart hook', inContainer({ lifecycle: { postStart: { sleep: { seconds: 5 } } } }), `${POD}.containers.lifecycle.postStart.sleep`],
    ['stopSignal', 'a container', inContainer({ lifecycle: { stopSignal: 'SIGUSR1' } }), `${POD}.containers.lifecycle.stopSignal`],
    ['unhealthyPodEvictionPolicy', 'a budget', object('PodDisruptionBudget', { unhealthyPodEvictionPolicy: 'AlwaysAllow' }), 'spec.unhealthyPodEvictionPolicy'],
    ['spreadMatchLabelKeys', 'a pod template', deployment({ topologySpreadConstraints: [{ matchLabelKeys: ['pod-template-hash'] }] }), `${POD}.topologySpreadConstraints.matchLabelKeys`],
    ['spreadMinDomains', 'a pod template', deployment({ topologySpreadConstraints: [{ minDomains: 3 }] }), `${POD}.topologySpreadConstraints.minDomains`],
    ['spreadNodePolicies', 'a pod template', deployment({ topologySpreadConstraints: [{ nodeTaintsPolicy: 'Honor' }] }), `${POD}.topologySpreadConstraints.nodeTaintsPolicy`],
    ['affinityMatchLabelKeys', 'a required anti-affinity',
      deployment({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a', matchLabelKeys: ['pod-template-hash'] }] } } }),
      `${POD}.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution.matchLabelKeys`],
    ['affinityMatchLabelKeys', 'a preferred affinity',
      deployment({ affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: 'a', mismatchLabelKeys: ['x'] } }] } } }),
      `${POD}.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution.podAffinityTerm.mismatchLabelKeys`],
    ['deploymentTerminatingReplicas', 'a status', { kind: 'Deployment', status: { terminatingReplicas: 1 } }, 'status.terminatingReplicas'],
    ['jobPodReplacementPolicy', 'a Job', object('Job', { podReplacementPolicy: 'Failed' }), 'spec.podReplacementPolicy'],
    ['jobPodReplacementPolicy', 'the Jobs of a CronJob', object('CronJob', { jobTemplate: { spec: { podReplacementPolicy: 'Failed' } } }), 'spec.jobTemplate.spec.podReplacementPolicy'],
    ['jobPodFailurePolicy', 'a Job', object('Job', { podFailurePolicy: { rules: [] } }), 'spec.podFailurePolicy'],
    ['jobSuccessPolicy', 'a Job', object('Job', { successPolicy: { rules: [] } }), 'spec.successPolicy'],
    ['jobBackoffLimitPerIndex', 'a Job', object('Job', { maxFailedIndexes: 2 }), 'spec.maxFailedIndexes'],
    ['jobManagedBy', 'a Job', object('Job', { managedBy: 'kueue.x-k8s.io/multikueue' }), 'spec.managedBy'],
    ['cronJobTimeZone', 'a CronJob', object('CronJob', { timeZone: 'Etc/UTC' }), 'spec.timeZone'],
    ['inPlaceResize', 'a container', inContainer({ resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }] }), `${POD}.containers.resizePolicy`],
    ['inPlaceResize', 'an init container', inInitContainer({ resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }] }), `${POD}.initContainers.resizePolicy`],
    ['podLevelResources', 'a pod template', deployment({ resources: { requests: { cpu: '1' } } }), `${POD}.resources`],
    ['podLevelResources', 'a Pod', object('Pod', { containers: [{ name: 'a' }], resources: {} }), 'spec.resources'],
    ['containerResourceMetric', 'an autoscaler', object('HorizontalPodAutoscaler', { metrics: [{ type: 'ContainerResource', containerResource: {} }] }), 'spec.metrics.containerResource'],
    ['autoscalerTolerance', 'an autoscaler', object('HorizontalPodAutoscaler', { behavior: { scaleDown: { tolerance: '0.05' } } }), 'spec.behavior.scaleDown.tolerance'],
    ['scaleToZero', 'an autoscaler', object('HorizontalPodAutoscaler', { minReplicas: 0 }), 'spec.minReplicas'],
    ['statefulSetMinReadySeconds', 'a StatefulSet', object('StatefulSet', { minReadySeconds: 10 }), 'spec.minReadySeconds'],
    ['statefulSetMaxUnavailable', 'a StatefulSet', object('StatefulSet', { updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } }), 'spec.updateStrategy.rollingUpdate.maxUnavailable'],
    ['claimRetentionPolicy', 'a StatefulSet', object('StatefulSet', { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } }), 'spec.persistentVolumeClaimRetentionPolicy'],
    ['statefulSetOrdinals', 'a StatefulSet', object('StatefulSet', { ordinals: { start: 0 } }), 'spec.ordinals'],
    ['statefulSetRecreate', 'a StatefulSet', object('StatefulSet', { updateStrategy: { type: 'Recreate' } }), 'spec.updateStrategy.type'],
    ['volumeAttributesClass', 'a claim', object('PersistentVolumeClaim', { volumeAttributesClassName: 'fast' }), 'spec.volumeAttributesClassName'],
    ['volumeAttributesClass', 'the claims of a StatefulSet', object('StatefulSet', { volumeClaimTemplates: [{ spec: { volumeAttributesClassName: 'fast' } }] }),
      'spec.volumeClaimTemplates.spec.volumeAttributesClassName'],
    ['volumeAttributesClass', 'the claim of a pod', deployment({ volumes: [{ ephemeral: { volumeClaimTemplate: { spec: { volumeAttributesClassName: 'fast' } } } }] }),
      `${POD}.volumes.ephemeral.volumeClaimTemplate.spec.volumeAttributesClassName`],
    ['readWriteOncePod', 'a claim', object('PersistentVolumeClaim', { accessModes: ['ReadWriteOncePod'] }), 'spec.accessModes'],
    ['readWriteOncePod', 'the claims of a StatefulSet', object('StatefulSet', { volumeClaimTemplates: [{ spec: { accessModes: ['ReadWriteOncePod'] } }] }), 'spec.volumeClaimTemplates.spec.accessModes'],
    ['seLinuxChangePolicy', 'a pod template', deployment({ securityContext: { seLinuxChangePolicy: 'Recursive' } }), `${POD}.securityContext.seLinuxChangePolicy`],
    ['trafficDistributionPreferClose', 'a Service', object('Service', { trafficDistribution: 'PreferClose' }), 'spec.trafficDistribution'],
    ['trafficDistributionPreferSame', 'a Service', object('Service', { trafficDistribution: 'PreferSameNode' }), 'spec.trafficDistribution'],
    ['userNamespaces', 'a pod template', deployment({ hostUsers: false }), `${POD}.hostUsers`],
    ['userNamespaces', 'a Rollout', { ...deployment({ hostUsers: false }), kind: 'Rollout' }, `${POD}.hostUsers`],
    ['userNamespaces', 'a CronJob', object('CronJob', { jobTemplate: { spec: { template: { spec: { containers: [], hostUsers: false } } } } }), 'spec.jobTemplate.spec.template.spec.hostUsers'],
    ['appArmorProfile', 'a container', inContainer({ securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } }), `${POD}.containers.securityContext.appArmorProfile`],
    ['supplementalGroupsPolicy', 'a pod template', deployment({ securityContext: { supplementalGroupsPolicy: 'Strict' } }), `${POD}.securityContext.supplementalGroupsPolicy`],
    ['recursiveReadOnlyMounts', 'an init container', inInitContainer({ volumeMounts: [{ name: 'a', recursiveReadOnly: 'IfPossible' }] }), `${POD}.initContainers.volumeMounts.recursiveReadOnly`],
    ['procMount', 'a container', inContainer({ securityContext: { procMount: 'Unmasked' } }), `${POD}.containers.securityContext.procMount`],
    ['imageVolumes', 'a pod template', deployment({ volumes: [{ name: 'model', image: { reference: 'model:1.0.0' } }] }), `${POD}.volumes.image`],
    ['envFromFile', 'a container', inContainer({ env: [{ name: 'A', valueFrom: { fileKeyRef: { key: 'a' } } }] }), `${POD}.containers.env.valueFrom.fileKeyRef`],
    ['restartPolicyRules', 'a container', inContainer({ restartPolicyRules: [{ action: 'Restart' }] }), `${POD}.containers.restartPolicyRules`],
    ['restartPolicyRules', 'an init container', inInitContainer({ restartPolicyRules: [{ action: 'Restart' }] }), `${POD}.initContainers.restartPolicyRules`],
    ['restartPolicyRules', 'a container with a policy of its own', inContainer({ restartPolicy: 'Never' }), `${POD}.containers.restartPolicy`],
    ['hostnameOverride', 'a pod template', deployment({ hostnameOverride: 'pinned' }), `${POD}.hostnameOverride`],
    ['schedulingGates', 'a pod template', deployment({ schedulingGates: [{ name: 'quota' }] }), `${POD}.schedulingGates`],
    ['taintComparison', 'a pod template', deployment({ tolerations: [{ key: 'sla', operator: 'Gt', value: '950' }] }), `${POD}.tolerations.operator`],
    ['dynamicResourceAllocation', 'a pod template', deployment({ resourceClaims: [{ name: 'gpu' }] }), `${POD}.resourceClaims`],
    ['dynamicResourceAllocation', 'a container', inContainer({ resources: { claims: [{ name: 'gpu' }] } }), `${POD}.containers.resources.claims`],
    ['dynamicResourceAllocation', 'an init container', inInitContainer({ resources: { claims: [{ name: 'gpu' }] } }), `${POD}.initContainers.resources.claims`],
    ['gangScheduling', 'a pod template', deployment({ schedulingGroup: { name: 'gang' } }), `${POD}.schedulingGroup`],
    ['evictionRequests', 'a pod template', deployment({ evictionResponders: [{ name: 'a' }] }), `${POD}.evictionResponders`],
    ['grpcProbeTls', 'a container', inContainer({ livenessProbe: { grpc: { port: 9090, mode: 'TLS' } } }), `${POD}.containers.livenessProbe.grpc.mode`],
    ['h2cProbe', 'a container', inContainer({ readinessProbe: { httpGet: { port: 8080, protocol: 'H2C' } } }), `${POD}.containers.readinessProbe.httpGet.protocol`],
    ['podCertificates', 'a pod template', deployment({ volumes: [{ projected: { sources: [{ podCertificate: {} }] } }] }), `${POD}.volumes.projected.sources.podCertificate`],
    ['clusterTrustBundles', 'a pod template', deployment({ volumes: [{ projected: { sources: [{ clusterTrustBundle: {} }] } }] }), `${POD}.volumes.projected.sources.clusterTrustBundle`],
  ])('finds %s in %s', (feature, _, manifest, path) => {
    expect(featuresUsedBy(manifest).map(use => ({ feature: use.feature, path: use.path }))).toEqual([{ feature, path }]);
  });

  test.each<[what: string, manifest: Record<string, unknown>, features: KubernetesFeature[]]>([
    ['a sleep of 0 as a sleep, too', inContainer({ lifecycle: { preStop: { sleep: { seconds: 0 } } } }), ['preStopSleep', 'preStopSleepZero']],
    ['a sleep of 0 after the start', inContainer({ lifecycle: { postStart: { sleep: { seconds: 0 } } } }), ['preStopSleep', 'preStopSleepZero']],
    ['a sidecar with a policy beside Always as rules', inInitContainer({ restartPolicy: 'OnFailure' }), ['nativeSidecars', 'restartPolicyRules']],
    ['the restart of all containers as rules, too', inContainer({ restartPolicyRules: [{ action: 'RestartAllContainers' }] }), ['restartAllContainers', 'restartPolicyRules']],
  ])('finds %s', (_, manifest, features) => {
    expect(featuresUsedBy(manifest).map(use => use.feature).sort()).toEqual(features);
  });

  test('finds each use, with its value', () => {
    const manifest = deployment({ hostUsers: false, initContainers: [{ name: 'a', restartPolicy: 'Always' }, { name: 'b', restartPolicy: 'Always' }] });
    expect(featuresUsedBy(manifest)).toEqual([
      { feature: 'userNamespaces', path: `${POD}.hostUsers`, value: false },
      { feature: 'nativeSidecars', path: `${POD}.initContainers.restartPolicy`, value: 'Always' },
      { feature: 'nativeSidecars', path: `${POD}.initContainers.restartPolicy`, value: 'Always' },
    ]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['an empty object', {}],
    ['the resources of a container', inContainer({ resources: { requests: { cpu: '1' } } })],
    ['the size of a claim', object('PersistentVolumeClaim', { resources: { requests: { storage: '1Gi' } } })],
    ['the size of a pod\'s claim', deployment({ volumes: [{ name: 'a', ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage: '1Gi' } } } } } }] })],
    ['the size of a StatefulSet\'s claims', object('StatefulSet', { volumeClaimTemplates: [{ spec: { resources: { requests: { storage: '1Gi' } } } }] })],
    ['a restart policy of the pod', deployment({ restartPolicy: 'Always' })],
    ['an image of a container', inContainer({ image: 'web:1.4.2' })],
    ['a tolerance by equality', deployment({ tolerations: [{ operator: 'Equal' }, { operator: 'Exists' }] })],
    ['an exec hook', inContainer({ lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } } })],
    ['a Deployment\'s maxUnavailable', { kind: 'Deployment', spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } } } }],
    ['a Deployment\'s minReadySeconds', object('Deployment', { minReadySeconds: 10 })],
    ['a StatefulSet\'s rolling update', object('StatefulSet', { updateStrategy: { type: 'RollingUpdate' } })],
    ['one replica at least', object('HorizontalPodAutoscaler', { minReplicas: 1 })],
    ['a ScaledObject of KEDA', object('ScaledObject', { minReplicas: 0 })],
    ['keys of a ConfigMap', { kind: 'ConfigMap', data: { 'hostUsers': 'a', 'stopSignal': 'b', 'spec.hostUsers': 'c' } }],
    ['labels', { kind: 'Deployment', metadata: { labels: { hostUsers: 'a', sleep: 'b' } } }],
    ['a foreign kind\'s own spec', object('Cluster', { hostUsers: true, managedBy: 'x', resources: {} })],
  ])('finds nothing in %s', (_, manifest) => {
    expect(featuresUsedBy(manifest)).toEqual([]);
  });
});

type Target = 'workload' | 'service' | 'autoscaler';

function patched(minor: number, target: Target, patch: object): void {
  const chart = testChart();
  Environment.production({ kubernetesVersion: KubernetesVersion.of(`1.${minor}`) }).attachTo(chart);
  const service = new ProductionService(chart, 'web', { ...MINIMAL, shutdown: Shutdown.none('the server serves on for ten seconds') });
  (service[target] as KubernetesObject).patch(patch);
  synth(chart);
}

const pod = (spec: object): object => ({ spec: { template: { spec } } });
const container = (field: object): object => pod({ containers: [{ name: 'web', ...field }] });

describe('a patch', () => {
  const PATCHES: [feature: KubernetesFeature, safeFrom: number, target: Target, patch: object, property: string][] = [
    ['nativeSidecars', 29, 'workload', pod({ initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] }), 'spec.template.spec.initContainers.restartPolicy'],
    ['preStopSleep', 30, 'workload', container({ lifecycle: { preStop: { sleep: { seconds: 5 } } } }), 'spec.template.spec.containers.lifecycle.preStop.sleep'],
    ['appArmorProfile', 30, 'workload', pod({ securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } }), 'spec.template.spec.securityContext.appArmorProfile'],
    ['affinityMatchLabelKeys', 31, 'workload',
      pod({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a', matchLabelKeys: ['pod-template-hash'] }] } } }),
      'spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution.matchLabelKeys'],
    ['recursiveReadOnlyMounts', 31, 'workload', container({ volumeMounts: [{ mountPath: '/data', name: 'data', recursiveReadOnly: 'IfPossible' }] }), 'spec.template.spec.containers.volumeMounts.recursiveReadOnly'],
    ['trafficDistributionPreferClose', 31, 'service', { spec: { trafficDistribution: 'PreferClose' } }, 'spec.trafficDistribution'],
    ['inPlaceResize', 33, 'workload', container({ resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }] }), 'spec.template.spec.containers.resizePolicy'],
    ['userNamespaces', 33, 'workload', pod({ hostUsers: false }), 'spec.template.spec.hostUsers'],
    ['supplementalGroupsPolicy', 33, 'workload', pod({ securityContext: { supplementalGroupsPolicy: 'Strict' } }), 'spec.template.spec.securityContext.supplementalGroupsPolicy'],
    ['seLinuxChangePolicy', 33, 'workload', pod({ securityContext: { seLinuxChangePolicy: 'Recursive' } }), 'spec.template.spec.securityContext.seLinuxChangePolicy'],
    ['podLevelResources', 34, 'workload', pod({ resources: { limits: { memory: '1Gi' } } }), 'spec.template.spec.resources'],
    ['trafficDistributionPreferSame', 34, 'service', { spec: { trafficDistribution: 'PreferSameZone' } }, 'spec.trafficDistribution'],
    ['dynamicResourceAllocation', 34, 'workload', pod({ resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }] }), 'spec.template.spec.resourceClaims'],
    ['imageVolumes', 35, 'workload', pod({ volumes: [{ name: 'model', image: { reference: 'model:1.0.0' } }] }), 'spec.template.spec.volumes.image'],
    ['envFromFile', 35, 'workload', container({ env: [{ name: 'A', valueFrom: { fileKeyRef: { key: 'a' } } }] }), 'spec.template.spec.containers.env.valueFrom.fileKeyRef'],
    ['restartPolicyRules', 35, 'workload', container({ restartPolicyRules: [{ action: 'Restart' }] }), 'spec.template.spec.containers.restartPolicyRules'],
    ['hostnameOverride', 35, 'workload', pod({ hostnameOverride: 'pinned' }), 'spec.template.spec.hostnameOverride'],
    ['autoscalerTolerance', 35, 'autoscaler', { spec: { behavior: { scaleUp: { tolerance: '0.05' } } } }, 'spec.behavior.scaleUp.tolerance'],
    ['scaleToZero', 37, 'autoscaler', { spec: { minReplicas: 0 } }, 'spec.minReplicas'],
    ['podCertificates', 37, 'workload', pod({ volumes: [{ name: 'tls', projected: { sources: [{ podCertificate: { signerName: 'a/b' } }] } }] }), 'spec.template.spec.volumes.projected.sources.podCertificate'],
    ['clusterTrustBundles', 37, 'workload', pod({ volumes: [{ name: 'ca', projected: { sources: [{ clusterTrustBundle: { name: 'a', path: 'ca' } }] } }] }), 'spec.template.spec.volumes.projected.sources.clusterTrustBundle'],
  ];

  test.each(PATCHES)('with %s is refused before 1.%d, and told which version has it', (feature, safeFrom, target, patch, property) => {
    for (let minor = 28; minor < safeFrom; minor++) {
      const error = errorOf(() => patched(minor, target, patch));
      expect(error).toMatchObject({ code: 'UnsupportedByKubernetesVersion', property: `patch: ${property}` });
      expect(error.allowed).toBe(`${KUBERNETES_FEATURES[feature].fields.join(', ')} from Kubernetes 1.${safeFrom}; the target is 1.${minor}`);
      expect(error.fix).toBe(`set the environment's kubernetesVersion to 1.${safeFrom} or later once the cluster is there, or leave it out`);
    }
  });

  test.each(PATCHES)('with %s is written from 1.%d on', (_, safeFrom, target, patch) => {
    for (let minor = safeFrom; minor <= 37; minor++) {
      expect(() => patched(minor, target, patch)).not.toThrow();
    }
  });

  test.each<[string, object]>([
    ['stopSignal', container({ lifecycle: { stopSignal: 'SIGUSR1' } })],
    ['taintComparison', pod({ tolerations: [{ key: 'sla', operator: 'Gt', value: '950' }] })],
    ['h2cProbe', container({ readinessProbe: { httpGet: { protocol: 'H2C' } } })],
  ])('with %s is refused by every version: none honours it by default', (_, patch) => {
    for (const version of KubernetesVersion.ALL) {
      expect(errorOf(() => patched(version.minor, 'workload', patch))).toMatchObject({ code: 'UnsupportedByKubernetesVersion', fix: 'leave it out' });
    }
  });
});

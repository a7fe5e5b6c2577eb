/** The names of the features whose fields came or changed between Kubernetes 1.28 and 1.37. */
export type KubernetesFeature = keyof typeof KUBERNETES_FEATURES;

/** When a feature's fields can be written. */
export interface KubernetesFeatureData {
  /** The fields, as written in a manifest; `[]` stands for any element. */
  readonly fields: readonly string[];
  /** First minor version (the 30 of 1.30) in which the fields are honoured without setting a feature gate; 99 for none yet. */
  readonly safeFrom: number;
  /** Minor version in which the feature became stable, where it has. */
  readonly stable?: number;
  /** What this library does with it. */
  readonly rule: string;
}

const NOT_YET = 99;

/**
 * Every feature whose fields came or changed between Kubernetes 1.28 and 1.37, by name.
 *
 * Source: the feature list of Kubernetes' own repository (test/compatibility_lifecycle/reference/versioned_feature_list.yaml)
 * at v1.32.0, v1.34.0 and v1.37.1, and the KEPs. Where the two differ, the feature list wins.
 */
export const KUBERNETES_FEATURES = byName({
  nativeSidecars: { fields: ['initContainers[].restartPolicy'], safeFrom: 29, stable: 33, rule: 'sidecars; ordinary containers before, refused in jobs' },
  preStopSleep: { fields: ['lifecycle.preStop.sleep', 'lifecycle.postStart.sleep'], safeFrom: 30, stable: 34, rule: 'default; refused before, unless Shutdown.exec or Shutdown.none' },
  preStopSleepZero: { fields: ['lifecycle.preStop.sleep.seconds=0', 'lifecycle.postStart.sleep.seconds=0'], safeFrom: 33, stable: 34, rule: 'never written' },
  stopSignal: { fields: ['lifecycle.stopSignal'], safeFrom: NOT_YET, rule: 'refused' },
  unhealthyPodEvictionPolicy: { fields: ['PodDisruptionBudget.spec.unhealthyPodEvictionPolicy'], safeFrom: 27, stable: 31, rule: 'AlwaysAllow, always' },
  spreadMatchLabelKeys: { fields: ['topologySpreadConstraints[].matchLabelKeys'], safeFrom: 27, rule: 'pod-template-hash, always' },
  spreadMinDomains: { fields: ['topologySpreadConstraints[].minDomains'], safeFrom: 27, stable: 30, rule: 'by patch only' },
  spreadNodePolicies: { fields: ['topologySpreadConstraints[].nodeTaintsPolicy', 'topologySpreadConstraints[].nodeAffinityPolicy'], safeFrom: 26, stable: 33, rule: 'taints honoured, always' },
  affinityMatchLabelKeys: {
    fields: [
      'podAffinityTerm.matchLabelKeys', 'podAffinityTerm.mismatchLabelKeys',
      'requiredDuringSchedulingIgnoredDuringExecution[].matchLabelKeys', 'requiredDuringSchedulingIgnoredDuringExecution[].mismatchLabelKeys',
    ],
    safeFrom: 31,
    stable: 33,
    rule: 'required anti-affinity per revision; refused before',
  },
  deploymentTerminatingReplicas: { fields: ['Deployment.status.terminatingReplicas'], safeFrom: 35, rule: 'nothing to write' },
  jobPodReplacementPolicy: { fields: ['Job.spec.podReplacementPolicy'], safeFrom: 29, stable: 34, rule: 'Failed, always; left out before' },
  jobPodFailurePolicy: { fields: ['Job.spec.podFailurePolicy'], safeFrom: 26, stable: 31, rule: 'evictions ignored, always; exit codes by prop' },
  jobSuccessPolicy: { fields: ['Job.spec.successPolicy'], safeFrom: 31, stable: 33, rule: 'by prop; refused before' },
  jobBackoffLimitPerIndex: { fields: ['Job.spec.backoffLimitPerIndex', 'Job.spec.maxFailedIndexes'], safeFrom: 29, stable: 33, rule: 'default for indexes; one limit for all before, by prop refused' },
  jobManagedBy: { fields: ['Job.spec.managedBy'], safeFrom: 32, stable: 35, rule: 'by patch only' },
  suspendedJobResources: { fields: ['Job.spec.template.spec.containers[].resources (suspended)'], safeFrom: 36, rule: 'nothing to write' },
  cronJobTimeZone: { fields: ['CronJob.spec.timeZone'], safeFrom: 27, stable: 27, rule: 'always' },
  inPlaceResize: { fields: ['containers[].resizePolicy', 'initContainers[].resizePolicy'], safeFrom: 33, stable: 35, rule: 'by patch only' },
  podLevelResources: { fields: ['PodSpec.resources'], safeFrom: 34, rule: 'by patch only' },
  containerResourceMetric: { fields: ['HorizontalPodAutoscaler.spec.metrics[].containerResource'], safeFrom: 27, stable: 30, rule: 'default for CPU and memory' },
  autoscalerTolerance: { fields: ['HorizontalPodAutoscaler.spec.behavior.scaleUp.tolerance', 'HorizontalPodAutoscaler.spec.behavior.scaleDown.tolerance'], safeFrom: 35, stable: 37, rule: 'by prop; refused before' },
  scaleToZero: { fields: ['HorizontalPodAutoscaler.spec.minReplicas=0'], safeFrom: 37, rule: 'by patch only' },
  statefulSetMinReadySeconds: { fields: ['StatefulSet.spec.minReadySeconds'], safeFrom: 23, stable: 25, rule: 'by patch only' },
  statefulSetMaxUnavailable: { fields: ['StatefulSet.spec.updateStrategy.rollingUpdate.maxUnavailable'], safeFrom: 37, rule: 'by patch only' },
  claimRetentionPolicy: { fields: ['StatefulSet.spec.persistentVolumeClaimRetentionPolicy'], safeFrom: 27, stable: 32, rule: 'by patch only' },
  statefulSetOrdinals: { fields: ['StatefulSet.spec.ordinals'], safeFrom: 27, stable: 31, rule: 'by patch only' },
  statefulSetRecreate: { fields: ['StatefulSet.spec.updateStrategy.type=Recreate'], safeFrom: NOT_YET, rule: 'never written' },
  claimTemplatesUpdate: { fields: ['StatefulSet.spec.volumeClaimTemplates (update)'], safeFrom: NOT_YET, rule: 'immutable in every version' },
  claimExpansionRecovery: { fields: ['PersistentVolumeClaim.spec.resources.requests.storage (smaller)'], safeFrom: 32, stable: 34, rule: 'nothing to write' },
  volumeAttributesClass: {
    fields: [
      'PersistentVolumeClaim.spec.volumeAttributesClassName', 'volumeClaimTemplates[].spec.volumeAttributesClassName', 'volumeClaimTemplate.spec.volumeAttributesClassName',
    ],
    safeFrom: 34,
    stable: 34,
    rule: 'by prop; refused before',
  },
  readWriteOncePod: {
    fields: ['PersistentVolumeClaim.spec.accessModes=ReadWriteOncePod', 'volumeClaimTemplates[].spec.accessModes=ReadWriteOncePod', 'volumeClaimTemplate.spec.accessModes=ReadWriteOncePod'],
    safeFrom: 27,
    stable: 29,
    rule: 'by prop',
  },
  seLinuxChangePolicy: { fields: ['securityContext.seLinuxChangePolicy'], safeFrom: 33, stable: 36, rule: 'by patch only' },
  trafficDistributionPreferClose: { fields: ['Service.spec.trafficDistribution=PreferClose'], safeFrom: 31, stable: 33, rule: 'by prop, before 1.34' },
  trafficDistributionPreferSame: { fields: ['Service.spec.trafficDistribution=PreferSameZone', 'Service.spec.trafficDistribution=PreferSameNode'], safeFrom: 34, stable: 35, rule: 'by prop, from 1.34' },
  userNamespaces: { fields: ['PodSpec.hostUsers'], safeFrom: 33, stable: 36, rule: 'by patch only' },
  appArmorProfile: { fields: ['securityContext.appArmorProfile'], safeFrom: 30, stable: 31, rule: 'by patch only' },
  supplementalGroupsPolicy: { fields: ['securityContext.supplementalGroupsPolicy'], safeFrom: 33, stable: 35, rule: 'by patch only' },
  recursiveReadOnlyMounts: { fields: ['volumeMounts[].recursiveReadOnly'], safeFrom: 31, stable: 33, rule: 'by patch only' },
  procMount: { fields: ['securityContext.procMount'], safeFrom: 33, stable: 36, rule: 'never written' },
  imageVolumes: { fields: ['volumes[].image'], safeFrom: 35, stable: 36, rule: 'by patch only' },
  envFromFile: { fields: ['env[].valueFrom.fileKeyRef'], safeFrom: 35, rule: 'by patch only' },
  restartPolicyRules: {
    fields: [
      'containers[].restartPolicyRules', 'initContainers[].restartPolicyRules',
      'containers[].restartPolicy', 'initContainers[].restartPolicy=OnFailure', 'initContainers[].restartPolicy=Never',
    ],
    safeFrom: 35,
    rule: 'by patch only',
  },
  restartAllContainers: { fields: ['restartPolicyRules[].action=RestartAllContainers'], safeFrom: 36, rule: 'by patch only' },
  hostnameOverride: { fields: ['PodSpec.hostnameOverride'], safeFrom: 35, stable: 37, rule: 'by patch only' },
  relaxedServiceNames: { fields: ['Service.metadata.name (digit first)'], safeFrom: 36, stable: 37, rule: 'names stay RFC 1035' },
  schedulingGates: { fields: ['PodSpec.schedulingGates'], safeFrom: 27, stable: 30, rule: 'by patch only' },
  taintComparison: { fields: ['tolerations[].operator=Gt', 'tolerations[].operator=Lt'], safeFrom: NOT_YET, rule: 'refused' },
  podTopologyLabels: { fields: ['fieldRef metadata.labels[topology.kubernetes.io/zone]'], safeFrom: 35, rule: 'nothing to write' },
  dynamicResourceAllocation: { fields: ['PodSpec.resourceClaims', 'containers[].resources.claims', 'initContainers[].resources.claims'], safeFrom: 34, stable: 34, rule: 'by patch only' },
  gangScheduling: { fields: ['PodSpec.schedulingGroup'], safeFrom: NOT_YET, rule: 'refused' },
  validatingAdmissionPolicy: { fields: ['ValidatingAdmissionPolicy'], safeFrom: 30, stable: 30, rule: 'not written yet' },
  mutatingAdmissionPolicy: { fields: ['MutatingAdmissionPolicy'], safeFrom: 36, stable: 36, rule: 'not written yet' },
  evictionRequests: { fields: ['PodSpec.evictionResponders'], safeFrom: NOT_YET, rule: 'refused' },
  grpcProbeTls: { fields: ['grpc.mode'], safeFrom: NOT_YET, rule: 'refused' },
  h2cProbe: { fields: ['httpGet.protocol'], safeFrom: NOT_YET, rule: 'refused' },
  podCertificates: { fields: ['volumes[].projected.sources[].podCertificate'], safeFrom: 37, stable: 37, rule: 'by patch only' },
  clusterTrustBundles: { fields: ['volumes[].projected.sources[].clusterTrustBundle'], safeFrom: 37, stable: 37, rule: 'by patch only' },
});

/** Keeps the names and forgets the literals: else the whole table would stand in the declarations. */
function byName<Name extends string>(features: Readonly<Record<Name, KubernetesFeatureData>>): Readonly<Record<Name, KubernetesFeatureData>> {
  return features;
}

interface FieldPattern {
  readonly feature: KubernetesFeature;
  readonly kind?: string;
  /** Whether the field counts in a pod's spec only: other specs, such as a claim's, have fields of the same name. */
  readonly inPodSpec: boolean;
  /** The keys from the outermost to the innermost; the innermost is where an object is looked up. */
  readonly keys: readonly string[];
  readonly value?: string;
}

const PATTERNS = ((): ReadonlyMap<string, readonly FieldPattern[]> => {
  const byLastKey = new Map<string, FieldPattern[]>();
  for (const [feature, data] of Object.entries(KUBERNETES_FEATURES) as [KubernetesFeature, KubernetesFeatureData][]) {
    for (const field of data.fields) {
      const match = /^(?:([A-Z]\w+)\.)?([A-Za-z[\].]+)(?:=(\w+))?$/.exec(field);
      if (match === null) { continue; } // a behaviour or a whole kind: there is no field to find
      const keys = match[2]!.replaceAll('[]', '').split('.');
      const inPodSpec = match[1] === 'PodSpec';
      const pattern = { feature, kind: inPodSpec ? undefined : match[1], inPodSpec, keys, value: match[3] };
      const last = keys[keys.length - 1]!;
      byLastKey.set(last, [...byLastKey.get(last) ?? [], pattern]);
    }
  }
  return byLastKey;
})();

/** A field of a manifest that belongs to a feature. */
export interface FeatureUse {
  readonly feature: KubernetesFeature;
  /** Where it stands, such as `spec.template.spec.hostUsers`. */
  readonly path: string;
  readonly value: unknown;
}

/**
 * The version-dependent fields that a rendered object uses, whoever put them there.
 *
 * @internal
 */
export function featuresUsedBy(manifest: Readonly<Record<string, unknown>>): FeatureUse[] {
  const found: FeatureUse[] = [];
  const visit = (value: unknown, keys: readonly string[]): void => {
    if (Array.isArray(value)) {
      value.forEach(element => visit(element, keys));
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        const path = [...keys, key];
        for (const pattern of PATTERNS.get(key) ?? []) {
          const applies = (pattern.kind === undefined || pattern.kind === manifest.kind || (pattern.kind === 'Job' && manifest.kind === 'CronJob'))
            && (!pattern.inPodSpec || Object.hasOwn(value, 'containers'))
            && pattern.keys.every((k, i) => path[path.length - pattern.keys.length + i] === k)
            && (pattern.value === undefined || pattern.value === String(child));
          if (applies) { found.push({ feature: pattern.feature, path: path.join('.'), value: child }); }
        }
        visit(child, path);
      }
    }
  };
  visit(manifest, []);
  return found;
}

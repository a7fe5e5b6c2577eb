/** Zones of the simulated region; three, as most clouds have and as the library's spread assumes. */
export const ZONES = ['zone-a', 'zone-b', 'zone-c'] as const;

/** Nodes spread evenly over the zones, each far larger than what the subjects ask for: room is never the reason for a result. */
export function simulatedNodes(count: number, labels: Readonly<Record<string, string>>): object[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `node-${index + 1}`;
    const room = { 'cpu': '64', 'memory': '256Gi', 'ephemeral-storage': '1Ti', 'pods': '250' };
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        // Where metrics-server asks for the usage of this node: one simulated kubelet answers for all of them.
        annotations: { 'metrics.k8s.io/resource-metrics-path': `/metrics/nodes/${name}/metrics/resource` },
        labels: {
          ...labels,
          'kubernetes.io/hostname': name,
          'kubernetes.io/os': 'linux',
          'kubernetes.io/arch': 'amd64',
          'node-role.kubernetes.io/worker': '',
          'topology.kubernetes.io/region': 'simulated',
          'topology.kubernetes.io/zone': ZONES[index % ZONES.length],
        },
      },
      status: { allocatable: room, capacity: room },
    };
  });
}

/** What a cluster has that the subjects may ask for: a default StorageClass. Its claims are bound by the simulation. */
export const STORAGE_CLASS = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'simulated', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'conformance.invalid/simulated',
  volumeBindingMode: 'WaitForFirstConsumer',
};

import type { Binaries } from './binaries';
import type { Cluster } from './cluster';
import { startCluster } from './cluster';
import { defineKinds, isRollouts } from './definitions';
import { startMetrics } from './metrics';
import { askedOfNodes } from './node-labels';
import { PrometheusStandIn } from './prometheus-stand-in';
import { startRollouts } from './rollouts-controller';
import { RolloutsPlugin } from './rollouts-plugin';
import type { Manifest } from '../shared/manifests';

/** A cluster with everything that the library's workloads are made for, run by this suite for itself. */
export interface SimulatedCluster extends Cluster {
  readonly rollouts: RolloutsPlugin;
  readonly prometheus: PrometheusStandIn;
}

/** Starts a control plane with simulated nodes, and what a platform team would add to it for these manifests: metrics-server, definitions, Argo Rollouts. */
export async function startSimulatedCluster(binaries: Binaries, manifests: readonly Manifest[], directory: string): Promise<SimulatedCluster> {
  const cluster = await startCluster(binaries, { nodes: 6, nodeLabels: askedOfNodes(manifests), controllers: true, directory });
  try {
    await defineKinds(cluster.kubectl, binaries.definitions, manifests);
    await startMetrics(binaries, cluster);
    if (manifests.some(isRollouts)) await startRollouts(binaries, cluster);
    const prometheus = await PrometheusStandIn.start();
    const stop = (): void => {
      prometheus.stop();
      cluster.stop();
    };
    return { ...cluster, rollouts: new RolloutsPlugin(binaries.rolloutsPlugin, cluster.kubectl), prometheus, stop };
  } catch (error) {
    cluster.stop();
    throw error;
  }
}

import { join } from 'node:path';
import type { Binaries } from './binaries';
import type { Cluster, ClusterOptions } from './cluster';
import { startCluster } from './cluster';
import { defineKinds, isRollouts } from './definitions';
import { MeasurementStandIn } from './measurement-stand-in';
import { startMetrics } from './metrics';
import { askedOfNodes } from './node-labels';
import { startRollouts } from './rollouts-controller';
import { RolloutsPlugin } from './rollouts-plugin';
import type { Manifest } from '../shared/manifests';

/** A cluster with everything that the library's workloads are made for, run by this suite for itself. */
export interface SimulatedCluster extends Cluster {
  readonly rollouts: RolloutsPlugin;
  readonly measurements: MeasurementStandIn;
}

/** Starts a control plane with simulated nodes, and what a platform team would add to it for these manifests: metrics-server, definitions, Argo Rollouts. */
export async function startSimulatedCluster(binaries: Binaries, manifests: readonly Manifest[], options: Pick<ClusterOptions, 'autoscalerSeconds' | 'directory'>): Promise<SimulatedCluster> {
  const cluster = await startCluster(binaries, { ...options, nodes: 6, nodeLabels: askedOfNodes(manifests), controllers: true });
  try {
    await defineKinds(cluster.kubectl, binaries.definitions, manifests);
    await startMetrics(binaries, cluster);
    if (manifests.some(isRollouts)) {
      await cluster.kubectl.must('create', '--filename', join(__dirname, 'simulation', 'traffic-splits.yaml'));
      await startRollouts(binaries, cluster);
    }
    const measurements = await MeasurementStandIn.start();
    const stop = (): void => {
      measurements.stop();
      cluster.stop();
    };
    return { ...cluster, rollouts: new RolloutsPlugin(binaries.rolloutsPlugin, cluster.kubectl), measurements, stop };
  } catch (error) {
    cluster.stop();
    throw error;
  }
}

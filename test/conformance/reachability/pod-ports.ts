import { containersIn, namespaceOf, podTemplate, portsOf } from './world';
import { at, labelsAt, listAt, textAt } from '../shared/json';
import type { Manifest } from '../shared/manifests';
import { nameOf } from '../shared/manifests';

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'];

/** Probes and Services that lead to a port on which no container says it listens: no policy is in their way, and nobody is there. */
export function portProblems(manifests: readonly Manifest[]): string[] {
  return [...manifests.flatMap(probeProblems), ...manifests.filter(({ kind }) => kind === 'Service').flatMap((service) => serviceProblems(service, manifests))];
}

function probeProblems(manifest: Manifest): string[] {
  return containersIn(podTemplate(manifest)).flatMap((container) => PROBES.flatMap((probe) => {
    const port = ['httpGet', 'tcpSocket', 'grpc'].map((kind) => at(container, probe, kind, 'port')).find((wanted) => wanted !== undefined);
    const listens = portsOf(container).some(({ name, number }) => port === name || port === number);
    return port === undefined || listens ? [] : [`${nameOf(manifest)}: ${probe} of container ${textAt(container, 'name') ?? ''} asks on port ${String(port)}, which it does not declare`];
  }));
}

function serviceProblems(service: Manifest, manifests: readonly Manifest[]): string[] {
  const selector = Object.entries(labelsAt(service, 'spec', 'selector'));
  if (selector.length === 0) return [];
  const pods = manifests.filter((manifest) => namespaceOf(manifest) === namespaceOf(service)).map(podTemplate)
    .filter((pod) => selector.every(([label, value]) => labelsAt(pod, 'metadata', 'labels')[label] === value));
  if (pods.length === 0) return [`${nameOf(service)} selects no pod`];
  return listAt(service, 'spec', 'ports').flatMap((port) => {
    const target = at(port, 'targetPort') ?? at(port, 'port');
    const protocol = textAt(port, 'protocol') ?? 'TCP';
    const served = pods.every((pod) => containersIn(pod).flatMap(portsOf).some((known) => known.protocol === protocol && (known.name === target || known.number === target)));
    return served ? [] : [`${nameOf(service)}: port ${String(at(port, 'port'))} leads to ${protocol} ${String(target)}, which its pods do not declare`];
  });
}

import type { Cluster } from './cluster';
import type { DeclaredService, Rule } from './declarations';
import { meansAddress, meansPod, METADATA_ENDPOINTS } from './peers';
import { portProblems } from './pod-ports';
import type { Port, PortRange } from './ports';
import { describePorts, hasPort, sameOnce, without } from './ports';
import type { Answer, Ask, Question } from './tool';
import type { Pod } from './world';
import { population } from './world';
import { groupBy } from '../shared/collections';
import { at } from '../shared/json';
import type { Manifest } from '../shared/manifests';
import { isRecord } from '../shared/manifests';

/** The rows of the report. */
export const ASPECTS = ['workloads', 'DNS and peers', 'strangers', 'addresses', 'each end alone', 'pod ports'] as const;
export type Aspect = typeof ASPECTS[number];

export interface Verdict {
  readonly cluster: string;
  readonly problems: ReadonlyMap<Aspect, readonly string[]>;
  readonly notJudged: readonly string[];
  /** Stand-ins that a declaration means. */
  readonly meant: ReadonlySet<string>;
}

type End = { readonly pod: Pod } | { readonly address: string };

/** Whose policies apply: those of both ends, as in a cluster, or those of one. */
const SIDES = ['both', 'Egress', 'Ingress'] as const;
type Side = typeof SIDES[number];

interface Found {
  readonly aspect: Aspect;
  readonly side: Side;
  readonly from: string;
  readonly to: string;
  readonly ports: string;
  readonly too: 'much' | 'little';
}

/** Holds what policies allow against what was declared: exactly that, for every two ends of which one is a service. */
export async function judge(cluster: Cluster, ask: Ask): Promise<Verdict> {
  const pods = population(cluster);
  const question: Question = {
    policies: cluster.manifests.filter(({ kind }) => kind === 'NetworkPolicy'),
    namespaces: Object.fromEntries(pods.map(({ namespace, namespaceLabels }) => [namespace, namespaceLabels])),
    pods: pods.map(({ id, namespace, labels, ports, judged }) => ({ id, namespace, labels, ports, judged })),
    ranges: [...METADATA_ENDPOINTS, ...rulesOf(cluster).flatMap(({ rule: { peer } }) => (peer.kind === 'range' ? [peer.cidr, ...peer.except] : []))],
  };
  const services = new Map(cluster.services.map((service) => [service.id, service]));
  const answers = await ask(SIDES.map((side) => ({ ...question, policies: question.policies.flatMap((policy) => onlySide(policy, side)) })));
  const [together = [], ...alone] = answers.map((answer, index) => compare(services, pods, answer, SIDES[index] ?? 'both'));
  const known = new Set(together.map(({ from, to }) => key(from, to)));
  // An end that is too open is no fault yet while the other end holds; what is a fault already is not told twice.
  const found = [...together, ...alone.flat().filter(({ from, to }) => !known.has(key(from, to))).map((one): Found => ({ ...one, aspect: 'each end alone' }))];
  const problems = new Map<Aspect, string[]>(ASPECTS.map((aspect) => [aspect, sentences(found.filter((one) => one.aspect === aspect))]));
  for (const { id } of cluster.services) {
    if (!pods.some(({ workload }) => workload === id)) problems.get('workloads')?.push(`${id} is declared, and not in the manifests`);
  }
  problems.get('DNS and peers')?.push(...unknownPeers(cluster, pods));
  problems.get('pod ports')?.push(...portProblems(cluster.manifests));
  return {
    cluster: cluster.name,
    problems,
    notJudged: cluster.services.flatMap(({ notJudged }) => notJudged),
    meant: new Set(pods.filter((pod) => pod.role === 'stand-in' && rulesOf(cluster).some(({ owner, rule }) => meansPod(rule.peer, owner.namespace, pod))).map(({ id }) => id)),
  };
}

function compare(services: ReadonlyMap<string, DeclaredService>, pods: readonly Pod[], { addresses, connections }: Answer, side: Side): Found[] {
  const allowed = groupBy(connections, ({ from, to }) => key(from, to));
  const ends: End[] = [...pods.map((pod) => ({ pod })), ...addresses.map((address) => ({ address }))];
  return ends.flatMap((from) => ends.flatMap((to): Found[] => {
    const aspect = aspectOf(from, to);
    const expected = aspect === undefined ? undefined : declaredPorts(services, from, to, side);
    if (aspect === undefined || expected === undefined) return [];
    const actual = (allowed.get(key(idOf(from), idOf(to))) ?? []).flatMap(({ protocol, ports }) => ports.map(([first, last]): PortRange => ({ protocol, first, last })));
    const much = without(actual, expected);
    const little = expected.filter((port) => !hasPort(actual, port));
    const one = { aspect, side, from: idOf(from), to: idOf(to) };
    return [
      ...much.length === 0 ? [] : [{ ...one, ports: describePorts(much), too: 'much' as const }],
      ...little.length === 0 ? [] : [{ ...one, ports: describePorts(little.map(({ protocol, number }) => ({ protocol, first: number, last: number }))), too: 'little' as const }],
    ];
  }));
}

/** Undefined for two ends that nobody asks about: a pod and itself, and what stands for the same pods a second time. */
function aspectOf(from: End, to: End): Aspect | undefined {
  if ('address' in from || 'address' in to) return [from, to].some((end) => 'pod' in end && end.pod.role === 'workload') ? 'addresses' : undefined;
  if (from.pod.role === 'sibling' || from.pod.id === to.pod.id) return undefined;
  if (to.pod.role === 'sibling') return from.pod.workload === to.pod.workload ? 'workloads' : undefined;
  const roles = [from.pod.role, to.pod.role];
  return roles.includes('stranger') ? 'strangers' : roles.includes('stand-in') ? 'DNS and peers' : 'workloads';
}

/** The ports on which both ends agree. Undefined where no service has a say, and so nothing is denied. */
function declaredPorts(services: ReadonlyMap<string, DeclaredService>, from: End, to: End, side: Side): Port[] | undefined {
  const caller = side === 'Ingress' ? undefined : serviceAt(services, from);
  const target = side === 'Egress' ? undefined : serviceAt(services, to);
  const egress = caller === undefined ? undefined : portsFor(caller, caller.egress, to);
  const ingress = target === undefined ? undefined : portsFor(target, target.ingress, from);
  if (egress === undefined || ingress === undefined) return egress ?? ingress;
  return egress.filter(({ protocol, number }) => hasPort(ingress.map((port) => ({ protocol: port.protocol, first: port.number, last: port.number })), { protocol, number }));
}

/** The part of a policy that is of one direction; nothing where it has none. */
function onlySide(policy: Manifest, side: Side): Manifest[] {
  if (side === 'both') return [policy];
  const types = at(policy, 'spec', 'policyTypes') ?? ['Ingress', ...at(policy, 'spec', 'egress') === undefined ? [] : ['Egress']];
  const spec = isRecord(policy.spec) ? policy.spec : {};
  return Array.isArray(types) && types.includes(side) ? [{ ...policy, spec: { ...spec, policyTypes: [side] } }] : [];
}

function serviceAt(services: ReadonlyMap<string, DeclaredService>, end: End): DeclaredService | undefined {
  return 'pod' in end && end.pod.workload !== undefined ? services.get(end.pod.workload) : undefined;
}

function portsFor({ namespace }: DeclaredService, rules: readonly Rule[], end: End): Port[] {
  return sameOnce(rules.filter(({ peer }) => ('pod' in end ? meansPod(peer, namespace, end.pod) : meansAddress(peer, end.address))).flatMap(({ ports }) => ports));
}

/** A peer that nobody is would make every comparison an empty one. */
function unknownPeers(cluster: Cluster, pods: readonly Pod[]): string[] {
  const known = pods.filter(({ role }) => role === 'workload' || role === 'stand-in');
  return [...new Set(rulesOf(cluster).filter(({ owner, rule: { peer } }) => peer.kind !== 'range' && !known.some((pod) => meansPod(peer, owner.namespace, pod)))
    .map(({ owner, rule: { peer } }) => `${owner.id} declares ${JSON.stringify(peer)}, who is nobody here: add one to stand-ins.yaml`))];
}

function rulesOf({ services }: Cluster): { readonly owner: DeclaredService; readonly rule: Rule }[] {
  return services.flatMap((owner) => [...owner.egress, ...owner.ingress].map((rule) => ({ owner, rule })));
}

/** One sentence for everybody who does the same to the same end. */
function sentences(found: readonly Found[]): string[] {
  const same = groupBy(found, ({ to, ports, too, side }) => JSON.stringify([to, ports, too, side]));
  return [...same.values()].map((group) => {
    const [{ to, ports, too, side }] = group as [Found, ...Found[]];
    const where = side === 'both' ? '' : `by ${side.toLowerCase()} alone `;
    const froms = group.map(({ from }) => from);
    const who = froms.length <= 3 ? froms.join(', ') : `${froms.slice(0, 3).join(', ')} and ${froms.length - 3} more`;
    return too === 'much' ? `${who}: ${where}may reach ${to} on ${ports}, which nobody declared` : `${who}: ${where}cannot reach ${to} on ${ports}, which is declared`;
  });
}

function idOf(end: End): string {
  return 'pod' in end ? end.pod.id : end.address;
}

function key(from: string, to: string): string {
  return JSON.stringify([from, to]);
}

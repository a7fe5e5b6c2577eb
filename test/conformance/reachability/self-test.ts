import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeclaredService } from './declarations';
import type { Aspect } from './judge';
import { ASPECTS, judge } from './judge';
import type { Peer } from './peers';
import type { Port } from './ports';
import type { Ask } from './tool';
import { temporaryFolder } from '../shared/cleanup';
import { mapLimited } from '../shared/collections';
import { readManifests } from '../shared/manifests';
import type { CaseResult } from '../shared/report';

/** A change of good.yaml, and what has to be found then. */
interface Break {
  readonly name: string;
  /** The document of good.yaml that it changes. */
  readonly in: string;
  /** Text that occurs once in it. */
  readonly find: string;
  readonly replace: string;
  readonly aspect: Aspect;
  readonly says: string;
}

const tcp = (...numbers: number[]): Port[] => numbers.map((number) => ({ protocol: 'TCP', number }));
const range = (cidr: string, except: string[] = []): Peer => ({ kind: 'range', cidr, except });
const workload = (name: string): Peer => ({ kind: 'workload', workload: `Deployment shop/${name}` });
const pods = (namespace: string, labels: Readonly<Record<string, string>> = {}): Peer => ({ kind: 'pods', labels, namespace });
const PROMETHEUS = pods('monitoring', { 'app.kubernetes.io/name': 'prometheus' });
const NAMES = { peer: pods('kube-system', { 'k8s-app': 'kube-dns' }), ports: [...tcp(53), { protocol: 'UDP', number: 53 }] };

const DECLARED: readonly DeclaredService[] = [
  {
    id: 'Deployment shop/front',
    namespace: 'shop',
    egress: [NAMES, { peer: workload('back'), ports: tcp(8080) }, { peer: range('0.0.0.0/0', ['10.0.0.0/8']), ports: tcp(443) }, { peer: range('::/0'), ports: tcp(443) }],
    ingress: [{ peer: pods('ingress-nginx'), ports: tcp(3000) }, { peer: PROMETHEUS, ports: tcp(3000) }],
    notJudged: [],
  },
  {
    id: 'Deployment shop/back',
    namespace: 'shop',
    egress: [NAMES],
    ingress: [{ peer: workload('front'), ports: tcp(8080) }, { peer: PROMETHEUS, ports: tcp(9100) }, { peer: range('203.0.113.0/24'), ports: tcp(8080, 8081) }],
    notJudged: [],
  },
];

const BREAKS: readonly Break[] = [
  {
    name: 'no DNS rule',
    in: 'NetworkPolicy back',
    find: 'matchLabels: { k8s-app: kube-dns }',
    replace: 'matchLabels: { k8s-app: none }',
    aspect: 'DNS and peers',
    says: 'Deployment shop/back: cannot reach Pod kube-system/kube-dns on TCP 53, UDP 53, which is declared',
  },
  {
    name: 'DNS without TCP',
    in: 'NetworkPolicy back',
    find: ', { port: 53, protocol: TCP }',
    replace: '',
    aspect: 'DNS and peers',
    says: 'Deployment shop/back: cannot reach Pod kube-system/kube-dns on TCP 53, which is declared',
  },
  {
    name: 'no ingress at the other end',
    in: 'NetworkPolicy back',
    find: '    - from: [{ podSelector: { matchLabels: { app: front } } }]\n      ports: [{ port: 8080 }]\n',
    replace: '',
    aspect: 'workloads',
    says: 'Deployment shop/front: cannot reach Deployment shop/back on TCP 8080, which is declared',
  },
  {
    name: 'a connection that nobody declared',
    in: 'NetworkPolicy back',
    find: 'matchLabels: { k8s-app: kube-dns } } }]\n      ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]',
    replace: 'matchLabels: { k8s-app: kube-dns } } }, { podSelector: {} }]',
    aspect: 'each end alone',
    says: 'Deployment shop/back: by egress alone may reach Deployment shop/front on every port, which nobody declared',
  },
  {
    name: 'a port too many',
    in: 'NetworkPolicy front',
    find: 'ports: [{ port: 3000 }]',
    replace: 'ports: [{ port: 3000 }, { port: 3001 }]',
    aspect: 'DNS and peers',
    says: 'Pod monitoring/prometheus, Pod ingress-nginx/controller: may reach Deployment shop/front on TCP 3001, which nobody declared',
  },
  {
    name: 'a port too many at one end',
    in: 'NetworkPolicy back',
    find: 'ports: [{ port: 8080 }]',
    replace: 'ports: [{ port: 8080 }, { port: 9100 }]',
    aspect: 'each end alone',
    says: 'Deployment shop/front: by ingress alone may reach Deployment shop/back on TCP 9100, which nobody declared',
  },
  {
    name: 'no port at all',
    in: 'NetworkPolicy front',
    find: '      ports: [{ port: 3000 }]\n',
    replace: '',
    aspect: 'DNS and peers',
    says: 'Pod monitoring/prometheus, Pod ingress-nginx/controller: may reach Deployment shop/front on TCP 1 to 2999, TCP 3001 to 65535, UDP 1 to 65535, SCTP 1 to 65535, which nobody declared',
  },
  {
    name: 'a policy that selects nobody',
    in: 'NetworkPolicy back',
    find: '  podSelector: { matchLabels: { app: back } }',
    replace: '  podSelector: { matchLabels: { app: bakc } }',
    aspect: 'strangers',
    says: 'may reach Deployment shop/back on every port, which nobody declared',
  },
  {
    name: 'labels without their namespace',
    in: 'NetworkPolicy front',
    find: '        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } }\n',
    replace: '        - namespaceSelector: {}\n',
    aspect: 'strangers',
    says: 'a pod in namespace elsewhere with the labels of Pod monitoring/prometheus: may reach Deployment shop/front on TCP 3000, which nobody declared',
  },
  {
    name: 'everybody of the namespace let in',
    in: 'NetworkPolicy front',
    find: '    - from:\n',
    replace: '    - from:\n        - podSelector: {}\n',
    aspect: 'strangers',
    says: 'a stranger in namespace shop: may reach Deployment shop/front on TCP 3000, which nobody declared',
  },
  {
    name: 'pods of the same workload that may talk',
    in: 'NetworkPolicy back',
    find: '  ingress:\n',
    replace: '  ingress:\n    - from: [{ podSelector: { matchLabels: { app: back } } }]\n      ports: [{ port: 7946 }]\n',
    aspect: 'each end alone',
    says: 'Deployment shop/back: by ingress alone may reach another pod of Deployment shop/back on TCP 7946, which nobody declared',
  },
  {
    name: 'the metadata endpoint within reach',
    in: 'NetworkPolicy front',
    find: ', 169.254.169.254/32]',
    replace: ']',
    aspect: 'addresses',
    says: 'Deployment shop/front: may reach 169.254.169.254 on TCP 443, which nobody declared',
  },
  {
    name: 'the metadata endpoint of IPv6 within reach',
    in: 'NetworkPolicy front',
    find: ", except: ['fd00:ec2::254/128'] }",
    replace: ' }',
    aspect: 'addresses',
    says: 'Deployment shop/front: may reach fd00:ec2::254 on TCP 443, which nobody declared',
  },
  {
    name: 'a wider range',
    in: 'NetworkPolicy back',
    find: '203.0.113.0/24',
    replace: '203.0.112.0/23',
    aspect: 'addresses',
    says: '203.0.112.0: may reach Deployment shop/back on TCP 8080 to 8081, which nobody declared',
  },
  {
    name: 'a narrower range',
    in: 'NetworkPolicy back',
    find: '203.0.113.0/24',
    replace: '203.0.113.0/25',
    aspect: 'addresses',
    says: '203.0.113.128: cannot reach Deployment shop/back on TCP 8080, TCP 8081, which is declared',
  },
  {
    name: 'a probe on a port that is not there',
    in: 'Deployment front',
    find: 'port: http }',
    replace: 'port: web }',
    aspect: 'pod ports',
    says: 'Deployment shop/front: readinessProbe of container front asks on port web, which it does not declare',
  },
  {
    name: 'a Service that leads to no port',
    in: 'Service back',
    find: 'targetPort: api',
    replace: 'targetPort: http',
    aspect: 'pod ports',
    says: 'Service shop/back: port 80 leads to TCP http, which its pods do not declare',
  },
  {
    name: 'a Service that leads to no pod',
    in: 'Service back',
    find: 'selector: { app: back }',
    replace: 'selector: { app: bakc }',
    aspect: 'pod ports',
    says: 'Service shop/back selects no pod',
  },
];

/** Runs the comparison on manifests that are known to be good, and on each way to break them. */
export async function selfTest(ask: Ask): Promise<CaseResult[]> {
  const good = readFileSync(join(__dirname, 'self-test', 'good.yaml'), 'utf8');
  const extra = (await problemsOf(good, ask)).map(([aspect, text]) => `found what is not there: ${aspect}: ${text}`);
  const cases = await mapLimited(BREAKS, 2, async (entry): Promise<CaseResult> => {
    const { name, aspect, says } = entry;
    const problems = await problemsOf(broken(good, entry), ask);
    const found = problems.some(([where, text]) => where === aspect && text.includes(says));
    return { subject: name, problems: found ? [] : [`did not find, under ${aspect}: ${says}; found: ${problems.map((problem) => problem.join(': ')).join('; ') || 'nothing'}`] };
  });
  return [{ subject: 'good.yaml', problems: extra }, ...cases];
}

function broken(good: string, { name, in: object, find, replace }: Break): string {
  const [kind = '', objectName = ''] = object.split(' ');
  return good.split('---\n').map((document) => {
    if (!document.includes(`kind: ${kind}\nmetadata: { name: ${objectName},`)) return document;
    if (document.split(find).length !== 2) throw new Error(`${name}: ${object} of good.yaml does not hold this text once: ${find}`);
    return document.replace(find, replace);
  }).join('---\n');
}

async function problemsOf(yaml: string, ask: Ask): Promise<[aspect: Aspect, problem: string][]> {
  const file = join(temporaryFolder(), 'manifests.yaml');
  writeFileSync(file, yaml);
  const { problems } = await judge({ name: 'self-test', manifests: readManifests([file]), services: DECLARED }, ask);
  return ASPECTS.flatMap((aspect) => (problems.get(aspect) ?? []).map((problem): [Aspect, string] => [aspect, problem]));
}

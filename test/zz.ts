import fc from 'fast-check';
import { Testing } from 'cdk8s';
import { applications } from './properties/applications';
import { build, minimumOf } from './properties/build';
import * as c from './properties/checks';
import { trafficProblems } from './properties/traffic';
const [seed, n] = process.argv.slice(2).map(Number);
const kinds = new Map<string, number>(); let services = 0; const stats: Record<string, number> = {};
for (const m of fc.sample(applications, { seed, numRuns: n })) {
  services += m.services.length;
  const note = (p: string) => { const k = p.slice(0, 700); kinds.set(k, (kinds.get(k) ?? 0) + 1); };
  try {
    const b = build(m, '/tmp/w/never');
    const o = b.app.charts.flatMap(x => Testing.synth(x));
    for (const k of o) { stats[k.kind] = (stats[k.kind] ?? 0) + 1; }
    stats.connections = (stats.connections ?? 0) + m.connections.length; stats.externals = (stats.externals ?? 0) + m.externals.length;
    for (const f of [c.namesAreValid, c.selectorsMatch, c.referencesExist, c.onlyOneOwnerOfReplicas, c.passesRestricted, c.fieldsAreKnown(m.minor)]) { f(o).forEach(note); }
    trafficProblems(m, b.services, o).forEach(note);
    b.services.forEach((s, i) => { if (s.disruptionBudget) { const p = o.find(x => x.kind === 'PodDisruptionBudget' && x.metadata.name === s.disruptionBudget!.name && x.metadata.namespace === s.namespace); if (c.disruptionsAllowed(p, minimumOf(m.services[i]!, m)) < 1) { note('budget ' + JSON.stringify(p.spec)); } } });
  } catch (e) { note('THROWN ' + String((e as Error).stack)); }
}
console.log(services, kinds.size, JSON.stringify(stats)); for (const [k, v] of [...kinds].slice(0, 6)) { console.log(v, k); }

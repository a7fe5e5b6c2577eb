import { Testing } from 'cdk8s';
import fc from 'fast-check';
import type { Manifest } from './helpers/manifests';
import { accidents, fieldsAreKnown, namesAreValid, passesRestricted, referencesExist, selectorsMatch } from './properties/checks';
import type { DataModel } from './properties/data';
import { buildData, models } from './properties/data';

/** Another seed in each run; `FC_SEED=… npx jest test/data-properties.test.ts` runs one again. */
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const RUNS = 100;

const KNOWN = new Map<string, Manifest[]>();

function objectsOf(model: DataModel): Manifest[] {
  return buildData(model).charts.flatMap(chart => Testing.synth(chart) as Manifest[]);
}

/** The same applications in each test: what one has synthesized, the others need not synthesize again. */
function holdsForAll(problemsOf: (objects: Manifest[], model: DataModel) => string[]): void {
  fc.assert(fc.property(models, (model) => {
    const key = JSON.stringify(model);
    const objects = KNOWN.get(key) ?? objectsOf(model);
    KNOWN.set(key, objects);
    expect(problemsOf(objects, model)).toEqual([]);
  }), { seed: SEED, numRuns: RUNS });
}

const ofKind = (objects: readonly Manifest[], kind: string): Manifest[] => objects.filter(object => object.kind === kind);

describe(`with ${RUNS} random databases and jobs (FC_SEED=${SEED})`, () => {
  afterAll(() => KNOWN.clear());

  test('every name of an object, container, volume, port, variable and label is valid for its kind and unique in its scope', () => holdsForAll(namesAreValid));

  test('every selector takes the pods of one workload: no policy, Service or budget takes those of a job by mistake', () => holdsForAll(selectorsMatch));

  test('every port, volume, ConfigMap and account that is referred to exists', () => holdsForAll(referencesExist));

  test('every container passes Pod Security restricted', () => holdsForAll(passesRestricted));

  test('no field is written that the target does not honour', () => holdsForAll((objects, { minor }) => fieldsAreKnown(minor)(objects)));

  test('a second tree gives the same bytes', () => holdsForAll((objects, model) => (JSON.stringify(objectsOf(model)) === JSON.stringify(objects) ? [] : ['the tree differs'])));

  test('no accident of JavaScript is in a value', () => holdsForAll(objects => accidents(JSON.stringify(objects, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value)))));

  test('no memory setting of an engine takes more than its container may use', () => {
    holdsForAll((objects, { memory }) => ofKind(objects, 'StatefulSet').flatMap(({ spec }) => {
      const text = JSON.stringify(spec.template.spec.containers[0].args ?? []) + JSON.stringify(ofKind(objects, 'ConfigMap').map(map => map.data));
      const settings = text.matchAll(/(?:shared_buffers|innodb[-_]buffer[-_]pool[-_]size|maxmemory)[= ](\d+)\s*(kb|mb|gb|[KMG])?B?/gi);
      const given = [...settings].map(([, amount, unit = '']) => Number(amount) * ({ k: 1 / 1024, m: 1, g: 1024 }[unit.toLowerCase().charAt(0)] ?? 1 / 2 ** 20));
      return given.filter(mebi => mebi > memory * 0.8).map(mebi => `${mebi} MiB of ${memory}`);
    }));
  });

  test('who may connect to the database is who was connected, its dump and its restore', () => {
    holdsForAll((objects, { calls, storage, named }) => {
      const policy = ofKind(objects, 'NetworkPolicy').find(({ metadata }) => metadata.name === `d-${named}`);
      const own = ofKind(objects, 'StatefulSet')[0].spec.template.spec.containers[0].ports[0].containerPort;
      const let_in = (policy.spec.ingress ?? []).filter((rule: Manifest) => rule.ports.some(({ port }: Manifest) => port === own)).flatMap((rule: Manifest) => rule.from)
        .map((peer: Manifest) => peer.podSelector?.matchLabels['app.kubernetes.io/instance'] as string).sort();
      const wanted = [
        ...calls ? ['agent', `b-${named}`, 'change', `s-${named}`, 'web'] : [], ...storage === 'none' ? [] : [`d-${named}-backup`, `d-${named}-restore`],
      ].sort();
      return JSON.stringify(let_in) === JSON.stringify(wanted) ? [] : [`${let_in.join()} instead of ${wanted.join()}`];
    });
  });

  test('no job runs for ever, and none is tried without end', () => {
    holdsForAll(objects => [...ofKind(objects, 'Job').map(job => job.spec), ...ofKind(objects, 'CronJob').map(job => job.spec.jobTemplate.spec)]
      .filter(spec => !(spec.activeDeadlineSeconds > 0) || !((spec.backoffLimit ?? spec.backoffLimitPerIndex) >= 0) || spec.ttlSecondsAfterFinished !== undefined)
      .map(spec => JSON.stringify(spec).slice(0, 200)));
  });

  test('no password stands in a manifest: every variable that is named after one is a reference', () => {
    holdsForAll(objects => objects.flatMap(object => [...JSON.stringify(object).matchAll(/\{"name":"([A-Z_]*(?:PASSWORD|PASSPHRASE|SECRET_ACCESS_KEY)[A-Z_]*)","value":"([^"]+)"/g)].map(match => match[1]!)));
  });
});

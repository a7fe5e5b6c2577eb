import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Testing } from 'cdk8s';
import fc from 'fast-check';
import type { Manifest } from './helpers/manifests';
import { one } from './helpers/manifests';
import { applications } from './properties/applications';
import type { Built } from './properties/build';
import { build, minimumOf } from './properties/build';
import type { Check } from './properties/checks';
import {
  accidents, disruptionsAllowed, fieldsAreKnown, namesAreValid, onlyOneOwnerOfReplicas, passesRestricted, referencesExist, selectorsMatch,
} from './properties/checks';
import { digests } from './properties/digests';
import type { AppModel } from './properties/model';
import { trafficProblems } from './properties/traffic';

/** Another seed in each run; `FC_SEED=… npx jest test/properties.test.ts` runs one again. */
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const RUNS = 500;
/** For what takes longer; these are more than 500 services, too. */
const RUNS_OF_MORE_WORK = 160;

interface Synthesized extends Built {
  readonly model: AppModel;
  readonly objects: readonly Manifest[];
}

const objectsOf = ({ app }: Built): Manifest[] => app.charts.flatMap(chart => Testing.synth(chart) as Manifest[]);

/** The same 500 applications in each test: what one has synthesized, the others need not synthesize again. */
const KNOWN = new Map<string, Synthesized>();
function synthesized(model: AppModel): Synthesized {
  const key = JSON.stringify(model);
  const known = KNOWN.get(key);
  if (known !== undefined) { return known; }
  const built = build(model, 'never-written');
  const fresh = { ...built, model, objects: objectsOf(built) };
  KNOWN.set(key, fresh);
  return fresh;
}

/** Fails with the smallest application in which something is wrong. */
function holdsForAll(problemsOf: (application: Synthesized) => string[], numRuns = RUNS): void {
  fc.assert(fc.property(applications, model => { expect(problemsOf(synthesized(model))).toEqual([]); }), { seed: SEED, numRuns });
}

describe(`in ${RUNS} random applications (FC_SEED=${SEED})`, () => {
  afterAll(() => KNOWN.clear());

  test.each<[string, (model: AppModel) => Check]>([
    ['every name of an object, container, volume, port, variable and label is valid for its kind and unique in its scope', () => namesAreValid],
    ['every selector takes the pods of one workload', () => selectorsMatch],
    ['every port, volume, ConfigMap, account and role that is referred to exists', () => referencesExist],
    ['replicas have one owner', () => onlyOneOwnerOfReplicas],
    ['every container passes Pod Security restricted', () => passesRestricted],
    ['no field is written that the target does not honour', model => fieldsAreKnown(model.minor)],
  ])('%s', (_, check) => {
    holdsForAll(({ model, objects }) => check(model)(objects));
  });

  test('both ends of each connection agree, nothing else can talk, and names can be looked up', () => {
    holdsForAll(({ model, services, objects }) => trafficProblems(model, services, objects));
  });

  test('no budget blocks a drain, with as few pods as there may be', () => {
    holdsForAll(({ model, services, objects }) => services.flatMap((service, i) => {
      if (service.disruptionBudget === undefined) { return []; }
      const budget = one(objects.filter(object => object.metadata.namespace === service.namespace), 'PodDisruptionBudget', service.disruptionBudget.name);
      return disruptionsAllowed(budget, minimumOf(model.services[i]!, model)) > 0 ? [] : [`${service.node.path}: ${JSON.stringify(budget.spec)}`];
    }));
  });

  test('a second synthesis gives the same bytes', () => {
    holdsForAll(({ objects, ...built }) => (JSON.stringify(objectsOf(built)) === JSON.stringify(objects) ? [] : ['it differs']));
  });

  test('a second tree gives the same bytes, and another order of connections the same objects', () => {
    const sorted = (objects: readonly Manifest[]): string[] => objects.map(object => JSON.stringify(object)).sort();
    holdsForAll(({ model, objects }) => {
      const reversed = sorted(objectsOf(build(model, 'never-written', true)));
      return [
        ...JSON.stringify(objectsOf(build(model, 'never-written'))) === JSON.stringify(objects) ? [] : ['the tree differs'],
        ...sorted(objects).filter((object, i) => object !== reversed[i]),
      ];
    }, RUNS_OF_MORE_WORK);
  });

  test('no accident of JavaScript is in a value', () => {
    holdsForAll(({ objects }) => accidents(JSON.stringify(objects, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))));
  });

  test('no accident of JavaScript is in the YAML', () => {
    holdsForAll(({ app }) => accidents(app.synthYaml()), RUNS_OF_MORE_WORK);
  });
});

describe('under another locale and timezone', () => {
  test('the bytes are the same', () => {
    const program = join(__dirname, 'properties', 'digests.ts');
    const child = spawnSync(process.execPath, [require.resolve('tsx/cli'), '--tsconfig', join(__dirname, '..', 'examples', 'tsconfig.json'), program], {
      encoding: 'utf8', env: { PATH: process.env.PATH, LANG: 'da_DK.UTF-8', LC_ALL: 'da_DK.UTF-8', TZ: 'Pacific/Apia' },
    });
    expect(child.stderr).toBe('');
    // Danish sorts "aa" after "z", as the names of these applications would be; the other process must really be Danish.
    expect(JSON.parse(child.stdout)).toEqual({ sorted: ['az', 'aa'], timeZone: 'Pacific/Apia', digests: digests() });
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import { ANALYSIS_DEFAULTS } from './defaults/analysis';
import { DATA_DEFAULTS } from './defaults/data';
import { ENGINE_DEFAULTS } from './defaults/engines';
import { ENVIRONMENT_DEFAULTS } from './defaults/environment';
import { FLAGGER_DEFAULTS } from './defaults/flagger';
import { JOB_DEFAULTS } from './defaults/jobs';
import { NETWORK_DEFAULTS } from './defaults/network';
import { OPERATOR_DEFAULTS } from './defaults/operators';
import { POD_DEFAULTS } from './defaults/pod';
import { RELEASE_DEFAULTS } from './defaults/release';
import { STORAGE_DEFAULTS } from './defaults/storage';
import { TRAFFIC_DEFAULTS } from './defaults/traffic';
import { WORKLOAD_DEFAULTS } from './defaults/workload';

const LIB = join(__dirname, '../../lib');
const PROVEN = [
  ...WORKLOAD_DEFAULTS, ...JOB_DEFAULTS, ...DATA_DEFAULTS, ...POD_DEFAULTS, ...NETWORK_DEFAULTS, ...ENVIRONMENT_DEFAULTS, ...TRAFFIC_DEFAULTS,
  ...RELEASE_DEFAULTS, ...FLAGGER_DEFAULTS, ...ANALYSIS_DEFAULTS, ...STORAGE_DEFAULTS, ...ENGINE_DEFAULTS, ...OPERATOR_DEFAULTS,
];

/** Structs that are read, or stand for values of other libraries: what is absent there has a meaning, but no default. */
const READ_ONLY = ['Connection', 'ConnectionCaller', 'ConnectionLogin', 'Finding', 'FlaggerRouting', 'IEnvValue', 'IgnoredDifference', 'ITrafficRouting', 'KubernetesFeatureData', 'OperatedDatabase', 'TimelineStep', 'TrafficBinding', 'TrafficContext'];

interface OptionalProperty {
  readonly of: string;
  /** Text after `@default`; nothing where there is none. */
  readonly says: string | undefined;
}

/** Optional properties of every public struct under lib/, with what their docblocks promise. */
function optionalProperties(): OptionalProperty[] {
  const files = (readdirSync(LIB, { recursive: true }) as string[]).filter(file => file.endsWith('.ts')).sort();
  return files.flatMap(file => {
    const source = ts.createSourceFile(file, readFileSync(join(LIB, file), 'utf8'), ts.ScriptTarget.ES2022, true);
    return source.statements
      .filter(ts.isInterfaceDeclaration)
      .filter(struct => struct.modifiers?.some(modifier => modifier.kind === ts.SyntaxKind.ExportKeyword) === true && !isInternal(struct) && !READ_ONLY.includes(struct.name.text))
      .flatMap(struct => struct.members.filter(ts.isPropertySignature).filter(member => member.questionToken !== undefined && !isInternal(member)).map(member => ({
        of: `${struct.name.text}.${member.name.getText()}`, says: defaultOf(member),
      })));
  });
}

function isInternal(node: ts.Node): boolean {
  return ts.getJSDocTags(node).some(tag => tag.tagName.text === 'internal');
}

function defaultOf(member: ts.PropertySignature): string | undefined {
  const tag = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === 'default');
  return tag === undefined ? undefined : ts.getTextOfJSDocComment(tag.comment)?.replaceAll(/\s+/g, ' ').trim();
}

describe('the docblocks', () => {
  const said = optionalProperties();

  test('say of every optional property what happens without it', () => {
    expect(said.length).toBeGreaterThan(100);
    expect(said.filter(({ says }) => says === undefined || says === '' || /undefined/.test(says)).map(({ of }) => of)).toEqual([]);
  });

  test('promise what is proven below, word for word', () => {
    const lines = (list: readonly OptionalProperty[]) => [...new Set(list.map(({ of, says }) => `${of}: ${says}`))].sort();

    expect(lines(PROVEN)).toEqual(lines(said));
  });
});

describe('without it', () => {
  test.each(PROVEN.map(row => [row.of, row.says, row.holds] as const))('%s %s', (_, __, holds) => {
    expect.hasAssertions();
    holds();
  });
});

import { PropertyPath } from '../../../lib/core/property-path';
import { renderArguments } from '../../../lib/release/analysis/analysis-arguments';
import type { AnalysisContext } from '../../../lib/release/analysis/analysis-context';
import type { TemplateFacts } from '../../../lib/release/analysis/template-content';
import { errorOf, testChart } from '../../helpers/manifests';

const at = new PropertyPath(testChart(), 'analysis');
const CONTEXT = { workload: 'web', namespace: 'shop', canaryService: 'web-canary', stableService: undefined, ingress: undefined } as AnalysisContext;
const taking = (...names: string[]): TemplateFacts[] => [{ name: 'orders', clusterScope: false, namespace: 'shop', takes: new Map(names.map(name => [name, undefined])), metrics: [] }];

test('a release gives its templates what it knows, and a user\'s own value counts before', () => {
  expect(renderArguments(at, taking('workload', 'canary-hash', 'service-name'), { workload: 'other' }, CONTEXT)).toEqual([
    { name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } }, { name: 'service-name', value: 'web-canary' }, { name: 'workload', value: 'other' },
  ]);
});

test.each(['stable-service-name', 'ingress', 'route'])('what nobody knows is refused: %s', name => {
  expect(errorOf(() => renderArguments(at, taking(name), {}, CONTEXT))).toMatchObject({ code: 'MissingValue', property: `analysis.args.${name}` });
});

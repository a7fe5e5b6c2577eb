import { App, Chart } from 'cdk8s';
import { DisruptionBudget, Findings, ProductionService, Replicas } from 'cdk8s-production';
import { Construct } from 'constructs';
import { errorOf, MINIMAL, synth, testChart } from '../helpers/manifests';

const FINDING = { id: 'run-something', message: 'what was found', fix: 'what to do' };
const REASON = 'one customer, once a day';

describe('Findings', () => {
  test('are gathered from a scope and all below it, with their paths', () => {
    const chart = testChart();
    const inner = new Construct(new Construct(chart, 'outer'), 'inner');
    Findings.add(inner, FINDING);
    Findings.add(chart, { ...FINDING, id: 'another' });
    expect(Findings.of(chart)).toEqual([
      { ...FINDING, id: 'another', constructPath: 'chart', acknowledgedBecause: undefined },
      { ...FINDING, constructPath: 'chart/outer/inner', acknowledgedBecause: undefined },
    ]);
    expect(Findings.of(inner).map(finding => finding.id)).toEqual(['run-something']);
    expect(Findings.of(chart.node.root)).toHaveLength(2);
    expect(Findings.of(new Construct(chart, 'other'))).toEqual([]);
  });

  test.each([0, 1, 2, 3])('are acknowledged for everything below the scope %d levels up', levels => {
    const app = new App({ outdir: 'never-written' });
    const chart = new Chart(app, 'chart');
    const outer = new Construct(chart, 'outer');
    const inner = new Construct(outer, 'inner');
    Findings.add(inner, FINDING);
    Findings.acknowledge([inner, outer, chart, app][levels]!, 'run-something', REASON);
    expect(Findings.of(app)).toEqual([{ ...FINDING, constructPath: 'chart/outer/inner', acknowledgedBecause: REASON }]);
  });

  test('may be acknowledged before they are found', () => {
    const chart = testChart();
    Findings.acknowledge(chart, 'run-something', REASON);
    Findings.add(new Construct(chart, 'inner'), FINDING);
    expect(Findings.of(chart)[0]?.acknowledgedBecause).toBe(REASON);
  });

  test('are not acknowledged beside the scope, above it, or by another id', () => {
    const chart = testChart();
    const here = new Construct(chart, 'here');
    const beside = new Construct(chart, 'beside');
    [chart, beside].forEach(scope => Findings.add(scope, FINDING));
    Findings.add(here, { ...FINDING, id: 'another' });
    Findings.acknowledge(here, 'run-something', REASON);
    expect(Findings.of(chart).map(finding => finding.acknowledgedBecause)).toEqual([undefined, undefined, undefined]);
  });

  test.each<[string, unknown]>([['nothing', undefined], ['an empty one', ''], ['a short one', 'because'], ['spaces', ' '.repeat(20)], ['a number', 12345678901]])('refuse %s as the reason', (_, reason) => {
    const chart = testChart();
    Findings.add(chart, FINDING);
    expect(errorOf(() => Findings.acknowledge(chart, 'run-something', reason as string))).toMatchObject({ code: 'MissingValue', constructPath: 'chart', property: 'reason' });
    expect(Findings.of(chart)[0]?.acknowledgedBecause).toBeUndefined();
  });

  test.each<[string, unknown]>([['nothing', undefined], ['an empty one', ''], ['a number', 5]])('refuse %s as the id', (_, id) => {
    expect(errorOf(() => Findings.acknowledge(testChart(), id as string, REASON))).toMatchObject({ code: 'InvalidValue', constructPath: 'chart', property: 'id' });
  });

  test('of a service at one replica never stop a synthesis, and can be accepted', () => {
    const chart = testChart();
    new ProductionService(chart, 'web', { ...MINIMAL, replicas: Replicas.fixed(1) });
    const found = (): unknown => Findings.of(chart).map(({ id, constructPath, acknowledgedBecause }) => ({ id, constructPath, acknowledgedBecause }));
    expect(found()).toEqual([{ id: 'run-more-than-one-replica', constructPath: 'chart/web', acknowledgedBecause: undefined }]);
    expect(synth(chart).filter(manifest => manifest.kind === 'Deployment')).toHaveLength(1);
    Findings.acknowledge(chart, 'run-more-than-one-replica', REASON);
    expect(found()).toEqual([{ id: 'run-more-than-one-replica', constructPath: 'chart/web', acknowledgedBecause: REASON }]);
  });

  test('are none for a service as it comes', () => {
    const chart = testChart();
    new ProductionService(chart, 'web', { ...MINIMAL, disruptionBudget: DisruptionBudget.maxUnavailable(1) });
    expect(Findings.of(chart)).toEqual([]);
  });
});

import { Duration } from 'cdk8s';
import {
  Analysis, CanaryScale, CanaryStep, CanarySteps, type CanaryReleaseProps, type HeaderMatch, type HeaderRouteOptions, type MirrorMatch, type MirrorRouteOptions, PodSet, Replicas,
  StringMatch, TrafficRouting,
} from 'cdk8s-production';
import { plain } from '../../helpers/analysis';
import { errorOf, type Manifest } from '../../helpers/manifests';
import { canary, routed, strategyOf } from '../../helpers/release';

const js = <T>(value: unknown): T => value as T;
const minutes = Duration.minutes;
const WEIGHT = CanaryStep.setWeight(20);
const EXACT = StringMatch.exact('yes');
const HEADERS: HeaderMatch[] = [{ name: 'x-canary', value: EXACT }];
const GET: MirrorMatch[] = [{ method: StringMatch.exact('GET') }];
const stepsOf = (steps: CanaryStep[], traffic?: CanaryReleaseProps['traffic']): Manifest => strategyOf(routed(traffic === undefined ? { steps } : { steps, traffic })).steps;
const weightsOf = (steps: CanaryStep[]) => steps.map(step => ({ ...step._action }));

describe('a step', () => {
  test.each<[name: string, step: CanaryStep, rendered: object]>([
    ['setWeight', CanaryStep.setWeight(35), { setWeight: 35 }],
    ['setWeight of everything', CanaryStep.setWeight(100), { setWeight: 100 }],
    ['lowerWeight', CanaryStep.lowerWeight(5, 'a first look at full load is enough'), { setWeight: 5 }],
    ['lowerWeight to nothing', CanaryStep.lowerWeight(0, 'a first look at full load is enough'), { setWeight: 0 }],
    ['pause of seconds', CanaryStep.pause(Duration.seconds(45)), { pause: { duration: '45s' } }],
    ['pause of minutes', CanaryStep.pause(minutes(10)), { pause: { duration: '10m' } }],
    ['pause of minutes and seconds', CanaryStep.pause(Duration.seconds(150)), { pause: { duration: '150s' } }],
    ['pause of hours', CanaryStep.pause(Duration.hours(2)), { pause: { duration: '2h' } }],
    ['pauseUntilPromoted', CanaryStep.pauseUntilPromoted(), { pause: {} }],
    ['setCanaryScale by pods', CanaryStep.setCanaryScale(CanaryScale.replicas(4)), { setCanaryScale: { replicas: 4 } }],
    ['setCanaryScale by a share', CanaryStep.setCanaryScale(CanaryScale.percent(25)), { setCanaryScale: { weight: 25 } }],
    ['setCanaryScale by the weight', CanaryStep.setCanaryScale(CanaryScale.matchTrafficWeight()), { setCanaryScale: { matchTrafficWeight: true } }],
    ['setHeaderRoute', CanaryStep.setHeaderRoute({ name: 'testers', headers: [{ name: 'x-canary', value: StringMatch.prefix('beta-') }, { name: 'x-region', value: StringMatch.regex('eu-.*') }] }), {
      setHeaderRoute: { match: [{ headerName: 'x-canary', headerValue: { prefix: 'beta-' } }, { headerName: 'x-region', headerValue: { regex: 'eu-.*' } }], name: 'testers' },
    }],
    ['setMirrorRoute', CanaryStep.setMirrorRoute({ name: 'shadow', match: GET }), { setMirrorRoute: { match: [{ method: { exact: 'GET' } }], name: 'shadow', percentage: 100 } }],
    ['setMirrorRoute with all there is', CanaryStep.setMirrorRoute({ name: 'shadow', percent: 30, match: [{ method: StringMatch.exact('GET'), path: StringMatch.prefix('/api'), headers: HEADERS }, { path: StringMatch.exact('/') }] }), {
      setMirrorRoute: { match: [{ headers: { 'x-canary': { exact: 'yes' } }, method: { exact: 'GET' }, path: { prefix: '/api' } }, { path: { exact: '/' } }], name: 'shadow', percentage: 30 },
    }],
  ])('%s', (_, step, rendered) => {
    expect(stepsOf([CanaryStep.setWeight(20), step])).toEqual([{ setWeight: 20 }, rendered]);
  });

  test('removeRoute sets the route to nothing, each by its kind', () => {
    expect(stepsOf([
      WEIGHT, CanaryStep.setHeaderRoute({ name: 'testers', headers: HEADERS }), CanaryStep.setMirrorRoute({ name: 'shadow', match: GET }), CanaryStep.removeRoute('shadow'), CanaryStep.removeRoute('testers'),
    ]).slice(3)).toEqual([{ setMirrorRoute: { name: 'shadow' } }, { setHeaderRoute: { name: 'testers' } }]);
  });

  test('analysis names the templates of its metrics, and what they ask for', () => {
    const [, step] = stepsOf([WEIGHT, CanaryStep.analysis(Analysis.inline({ metrics: [plain('orders', 'up{service="{{args.service-name}}"}')] }))]);

    expect(step).toEqual({ analysis: { args: [{ name: 'service-name', value: 'web-canary' }], templates: [{ templateName: expect.stringMatching(/^orders-[a-z0-9]{10}$/) as string }] } });
  });

  test('experiment runs its sets of pods', () => {
    expect(stepsOf([CanaryStep.experiment({ pods: [{ name: 'baseline', from: PodSet.STABLE }, { name: 'next', from: PodSet.CANARY, replicas: 2, weight: 5 }], duration: minutes(10) })])).toEqual([{
      experiment: { duration: '10m', templates: [{ name: 'baseline', replicas: 1, specRef: 'stable' }, { name: 'next', replicas: 2, specRef: 'canary', weight: 5 }] },
    }]);
  });
});

describe('steps that many have in common', () => {
  const weight = (percent: number) => ({ setWeight: percent });
  const pause = (duration: string) => ({ pause: { duration } });

  test.each<[name: string, steps: CanaryStep[], rendered: object[]]>([
    ['standard', CanarySteps.standard(), [weight(5), pause('5m'), weight(20), pause('10m'), weight(50), pause('10m'), weight(80), pause('5m')]],
    ['cautious', CanarySteps.cautious(), [weight(1), pause('10m'), weight(5), pause('10m'), weight(10), pause('10m'), weight(25), pause('10m'), weight(50), pause('10m'), weight(75), pause('10m')]],
    ['fast', CanarySteps.fast(), [weight(20), pause('3m'), weight(50), pause('3m')]],
    ['quarters', CanarySteps.quarters(), [weight(25), pause('5m'), weight(50), pause('5m'), weight(75), pause('5m')]],
    ['approved', CanarySteps.approved(), [weight(10), { pause: {} }, weight(50), pause('5m')]],
    ['ramp', CanarySteps.ramp([10, 90], Duration.seconds(30)), [weight(10), pause('30s'), weight(90), pause('30s')]],
  ])('%s', (_, steps, rendered) => {
    expect(stepsOf(steps)).toEqual(rendered);
  });

  test('are a list of one\'s own each time', () => {
    CanarySteps.fast().pop();

    expect(CanarySteps.fast()).toHaveLength(4);
    expect(weightsOf([...CanarySteps.ramp([], minutes(1)), CanaryStep.setWeight(1)])).toEqual([{ kind: 'setWeight', percent: 1, lowers: false }]);
  });
});

describe('without a router, weights are what pods can give', () => {
  const unrouted = (replicas: number, weights: number[]) => canary({ steps: CanarySteps.ramp(weights, minutes(5)) }, { replicas: Replicas.fixed(replicas) });

  test.each([[5, 25], [40, 33], [60, 67], [90, 75]])('of three replicas %i %% would come out as %i %%', (asked, real) => {
    expect(errorOf(() => unrouted(3, [asked]))).toMatchObject({
      code: 'InvalidValue',
      constructPath: 'chart/release',
      property: 'steps[0]',
      value: String(asked),
      allowed: `a weight that the number of pods can give: without a router ${asked} % comes out as ${real} %`,
      fix: `write CanaryStep.setWeight(${real}), add replicas, or let a router split the requests: traffic: TrafficRouting.istio() and others`,
    });
  });

  test('of three replicas 20 and 80 % come out as 25 and 75 %, five off at most', () => {
    expect(unrouted(3, [20, 50, 80]).timeline().steps.map(({ weight }) => weight)).toEqual([25, 25, 50, 50, 75, 75, 100]);
  });

  test('quarters of three replicas are allowed, and are quarters', () => {
    expect(unrouted(3, [25, 50, 75]).timeline().steps.map(({ weight, canaryPods, stablePods }) => [weight, canaryPods, stablePods])).toEqual([
      [25, 1, 3], [25, 1, 3], [50, 2, 2], [50, 2, 2], [75, 3, 1], [75, 3, 1], [100, 3, 0],
    ]);
  });

  test('so the fewest pods that an autoscaler may leave decide', () => {
    const scaled = (minReplicas: number) => () => canary({ steps: [CanaryStep.setWeight(10)] }, { replicas: Replicas.autoscaled({ minReplicas, maxReplicas: 100 }) });

    expect(scaled(10)).not.toThrow();
    expect(errorOf(scaled(4))).toMatchObject({ property: 'steps[0]', allowed: 'a weight that the number of pods can give: without a router 10 % comes out as 20 %' });
  });
});

interface Refused {
  readonly code: string;
  readonly property: string;
  readonly value: string;
  readonly fix: string;
}

describe('refused is', () => {
  const invalid = (property: string, value: string, fix: string): Refused => ({ code: 'InvalidValue', property, value, fix });
  const missing = (property: string, value: string, fix: string): Refused => ({ code: 'MissingValue', property, value, fix });
  const unsupported = (property: string, value: string, fix: string): Refused => ({ code: 'UnsupportedByController', property, value, fix });
  const header = (route: Partial<HeaderRouteOptions>) => [WEIGHT, CanaryStep.setHeaderRoute({ name: 'testers', headers: HEADERS, ...route })];
  const mirror = (route: Partial<MirrorRouteOptions>) => [WEIGHT, CanaryStep.setMirrorRoute({ name: 'shadow', match: GET, ...route })];
  const LEFT_ALONE = 'remove the route before it: CanaryStep.removeRoute(…), set a weight, or give the canary pods: CanaryScale.replicas(2)';
  const OUTGROWN = 'add CanaryStep.setCanaryScale(CanaryScale.matchTrafficWeight()) after the first weight';
  const SCALE_FIRST = 'put CanaryStep.setCanaryScale(CanaryScale.replicas(2)) before it';

  test.each<[what: string, steps: CanaryStep[], refused: Refused]>([
    ['no step', [], missing('steps', '[]', 'leave "steps" out, or write CanarySteps.ramp([5, 20, 50], Duration.minutes(5))')],
    ['a list that is none', js('standard'), invalid('steps', '"standard"', 'put the value into square brackets')],
    ['something else than a step', [WEIGHT, js({ setWeight: 50 })], invalid('steps[1]', '{"setWeight":50}', 'write CanaryStep.setWeight(20)')],
    ['a list among the steps', [js(CanarySteps.fast())], invalid('steps[0]', expect.stringContaining('[{') as unknown as string, 'write CanaryStep.setWeight(20)')],
    ['more than all', [CanaryStep.setWeight(101)], invalid('steps[0]', '101', 'give percent of the requests, such as 20')],
    ['less than nothing', [CanaryStep.setWeight(-1)], invalid('steps[0]', '-1', 'give percent of the requests, such as 20')],
    ['half a percent', [CanaryStep.setWeight(0.5)], invalid('steps[0]', '0.5', 'give percent of the requests, such as 20')],
    ['a weight as a text', [CanaryStep.setWeight(js('20'))], invalid('steps[0]', '"20"', 'write 20, without quotes')],
    ['a weight below the one before', [WEIGHT, CanaryStep.setWeight(10)], invalid('steps[1]', '10', 'put the weights into their order, or write CanaryStep.lowerWeight(10, reason)')],
    ['the same weight again', [WEIGHT, CanaryStep.pause(minutes(1)), CanaryStep.setWeight(20)], invalid('steps[2]', '20', 'put the weights into their order, or write CanaryStep.lowerWeight(20, reason)')],
    ['a lowering that rises', [WEIGHT, CanaryStep.lowerWeight(30, 'a first look at full load')], invalid('steps[1]', '30', 'write CanaryStep.setWeight to go up')],
    ['a lowering that stays', [WEIGHT, CanaryStep.lowerWeight(20, 'a first look at full load')], invalid('steps[1]', '20', 'write CanaryStep.setWeight to go up')],
    ['a lowering from nothing', [CanaryStep.lowerWeight(0, 'a first look at full load')], invalid('steps[0]', '0', 'write CanaryStep.setWeight to go up')],
    ['a lowering without a reason', [WEIGHT, CanaryStep.lowerWeight(10, '')], missing('steps[1].reason', '""', 'say why, for whoever reads this next year')],
    ['steps without pods', [CanaryStep.pause(minutes(5)), CanaryStep.pauseUntilPromoted()], invalid('steps', '"2 steps"', 'begin with CanaryStep.setWeight(5)')],
    ['a pause of nothing', [WEIGHT, CanaryStep.pause(Duration.seconds(0))], invalid('steps[1]', '0', 'give whole seconds, at most a week; or CanaryStep.pauseUntilPromoted()')],
    ['a pause of half a second', [WEIGHT, CanaryStep.pause(Duration.millis(500))], invalid('steps[1]', '0.5', 'give whole seconds, at most a week; or CanaryStep.pauseUntilPromoted()')],
    ['a pause of eight days', [WEIGHT, CanaryStep.pause(Duration.days(8))], invalid('steps[1]', '691200', 'give whole seconds, at most a week; or CanaryStep.pauseUntilPromoted()')],
    ['a pause as a number', [WEIGHT, CanaryStep.pause(js(300))], invalid('steps[1]', '300', 'write Duration.minutes(5)')],
    ['a pause as a text', [WEIGHT, CanaryStep.pause(js('5m'))], invalid('steps[1]', '"5m"', 'write Duration.minutes(5)')],
    ['a pause that forgot its duration', [WEIGHT, CanaryStep.pause(js(undefined))], invalid('steps[1]', 'nothing', 'write Duration.minutes(5)')],
    ['a scale as a number', [CanaryStep.setCanaryScale(js(3))], invalid('steps[0]', '3', 'write CanaryScale.replicas(2)')],
    ['pods below none', [CanaryStep.setCanaryScale(CanaryScale.replicas(-1))], invalid('steps[0]', '-1', 'give a whole number within the bounds')],
    ['more than the whole share', [CanaryStep.setCanaryScale(CanaryScale.percent(101))], invalid('steps[0]', '101', 'give a whole number within the bounds')],
    ['pods as a text', [CanaryStep.setCanaryScale(CanaryScale.replicas(js('3')))], invalid('steps[0]', '"3"', 'write 3, without quotes')],
    ['an analysis that is none', [WEIGHT, CanaryStep.analysis(js([plain('orders')]))], invalid('steps[1]', expect.any(String) as unknown as string, 'write Analysis.inline({ metrics: […] })')],
    ['a header route at weight 0', [CanaryStep.setHeaderRoute({ name: 'testers', headers: HEADERS }), WEIGHT], invalid('steps[0]', '"testers"', SCALE_FIRST)],
    ['a mirror route at weight 0', [CanaryStep.setMirrorRoute({ name: 'shadow', match: GET }), WEIGHT], invalid('steps[0]', '"shadow"', SCALE_FIRST)],
    ['a route where the canary was scaled to none', [CanaryStep.setCanaryScale(CanaryScale.replicas(0)), CanaryStep.setHeaderRoute({ name: 'testers', headers: HEADERS })], invalid('steps[1]', '"testers"', SCALE_FIRST)],
    ['a route where the canary has the pods of weight 0', [CanaryStep.setCanaryScale(CanaryScale.matchTrafficWeight()), CanaryStep.setHeaderRoute({ name: 'testers', headers: HEADERS })], invalid('steps[1]', '"testers"', SCALE_FIRST)],
    ['a scale that is forgotten while weights rise', [CanaryStep.setCanaryScale(CanaryScale.replicas(2)), WEIGHT, CanaryStep.setWeight(50)],
      invalid('steps[2]', '"50 % of the requests for 2 pods"', 'add CanaryStep.setCanaryScale(CanaryScale.matchTrafficWeight()) after the first weight')],
    ['a share of pods below the share of requests', [CanaryStep.setCanaryScale(CanaryScale.percent(10)), WEIGHT],
      invalid('steps[1]', '"20 % of the requests for 1 pods"', 'add CanaryStep.setCanaryScale(CanaryScale.matchTrafficWeight()) after the first weight')],
    ['testers who are left without pods by a scale', [CanaryStep.setCanaryScale(CanaryScale.replicas(2)), CanaryStep.setHeaderRoute({ name: 'testers', headers: HEADERS }), CanaryStep.setCanaryScale(CanaryScale.replicas(0))],
      invalid('steps[2]', '"setCanaryScale"', LEFT_ALONE)],
    ['testers who are left without pods where their number follows the weight', [CanaryStep.setCanaryScale(CanaryScale.replicas(2)), CanaryStep.setHeaderRoute({ name: 'testers', headers: HEADERS }), CanaryStep.setCanaryScale(CanaryScale.matchTrafficWeight())],
      invalid('steps[2]', '"setCanaryScale"', LEFT_ALONE)],
    ['testers who are left without pods by a weight', [...header({}), CanaryStep.lowerWeight(0, 'a first look at full load')], invalid('steps[2]', '"setWeight"', LEFT_ALONE)],
    ['more requests than the pods that a step has fixed can carry', [CanaryStep.setCanaryScale(CanaryScale.replicas(2)), ...CanarySteps.ramp([20, 50], minutes(5))], invalid('steps[3]', '"50 % of the requests for 2 pods"', OUTGROWN)],
    ['fewer pods than carry the requests', [CanaryStep.setWeight(50), CanaryStep.setCanaryScale(CanaryScale.percent(10))], invalid('steps[1]', '"50 % of the requests for 1 pods"', OUTGROWN)],
    ['the removal of a route that was never set', [WEIGHT, CanaryStep.removeRoute('testers')], invalid('steps[1]', '"testers"', 'name a header or mirror route of an earlier step')],
    ['the removal of another route', [...header({}), CanaryStep.removeRoute('tester')], invalid('steps[2]', '"tester"', 'name a header or mirror route of an earlier step')],
    ['a second removal', [...header({}), CanaryStep.removeRoute('testers'), CanaryStep.removeRoute('testers')], invalid('steps[3]', '"testers"', 'name a header or mirror route of an earlier step')],
    ['a route without a name', header({ name: js(undefined) }), { code: 'InvalidName', property: 'steps[1].name', value: 'nothing', fix: 'give it a name' }],
    ['a route whose name is none', header({ name: 'The Testers' }), { code: 'InvalidName', property: 'steps[1].name', value: '"The Testers"', fix: 'rename it' }],
    ['a typo in a route', header(js({ header: HEADERS })), { code: 'UnknownProperty', property: 'steps[1].header', value: expect.any(String) as unknown as string, fix: "did you mean 'headers'?" }],
    ['a route for every request', header({ headers: [] }), missing('steps[1].headers', '[]', "write [{ name: 'x-canary', value: StringMatch.exact('true') }]")],
    ['headers as an object', header({ headers: js({ 'x-canary': 'yes' }) }), invalid('steps[1].headers', '{"x-canary":"yes"}', 'put the value into square brackets')],
    ['a header without a name', header({ headers: [{ name: '', value: EXACT }] }), invalid('steps[1].headers[0].name', '""', 'give the name of a header, such as x-canary')],
    ['a header with a space', header({ headers: [{ name: 'x canary', value: EXACT }] }), invalid('steps[1].headers[0].name', '"x canary"', 'give the name of a header, such as x-canary')],
    ['a header with a plain value', header({ headers: [{ name: 'x-canary', value: js('yes') }] }), invalid('steps[1].headers[0].value', '"yes"', "write StringMatch.exact('true')")],
    ['a header with an empty value', header({ headers: [{ name: 'x-canary', value: StringMatch.exact('') }] }), invalid('steps[1].headers[0].value', '""', 'give a text that is not empty')],
    ['a typo in a header', header({ headers: [js({ name: 'x-canary', values: EXACT })] }), { code: 'UnknownProperty', property: 'steps[1].headers[0].values', value: expect.any(String) as unknown as string, fix: "did you mean 'value'?" }],
    ['a mirror of everything', mirror({ match: [] }), missing('steps[1].match', '[]', "write [{ method: StringMatch.exact('GET') }]")],
    ['a mirror of nothing', mirror({ percent: 0 }), invalid('steps[1].percent', '0', 'give a whole number within the bounds')],
    ['a mirror of more than all', mirror({ percent: 101 }), invalid('steps[1].percent', '101', 'give a whole number within the bounds')],
    ['a method as a text', mirror({ match: [{ method: js('GET') }] }), invalid('steps[1].match[0].method', '"GET"', "write StringMatch.exact('GET')")],
    ['an empty path', mirror({ match: [{ path: StringMatch.prefix('') }] }), invalid('steps[1].match[0].path', '""', 'give a text that is not empty')],
    ['a typo in a match', mirror({ match: [js({ uri: StringMatch.exact('/') })] }), { code: 'UnknownProperty', property: 'steps[1].match[0].uri', value: expect.any(String) as unknown as string, fix: "remove 'uri'" }],
    ['a match as one', mirror({ match: js({ method: StringMatch.exact('GET') }) }), invalid('steps[1].match', expect.any(String) as unknown as string, 'put the value into square brackets')],
    ['a mirror whose name is none', mirror({ name: 'shadow_1' }), { code: 'InvalidName', property: 'steps[1].name', value: '"shadow_1"', fix: 'rename it' }],
  ])('%s', (_, steps, refused) => {
    expect(errorOf(() => routed({ steps }))).toMatchObject({ constructPath: 'chart/release', ...refused });
  });

  test.each<[what: string, traffic: CanaryReleaseProps['traffic'], step: CanaryStep, refused: Refused & { readonly allowed: string }]>([
    ['a scale without a router', TrafficRouting.replicas(), CanaryStep.setCanaryScale(CanaryScale.replicas(2)), {
      ...unsupported('steps[1]', '"setCanaryScale"', 'leave the step out, or add traffic: TrafficRouting.istio() and others'), allowed: 'a router: by the number of pods the number of pods is the weight',
    }],
    ['a header route without a router', TrafficRouting.replicas(), CanaryStep.setHeaderRoute({ name: 'testers', headers: HEADERS }), {
      ...unsupported('steps[1]', '"setHeaderRoute"', 'use Istio, the Gateway API or ALB, or leave the step out'), allowed: 'a router that knows headers; the number of pods does not',
    }],
    ['a header route by SMI', TrafficRouting.smi(), CanaryStep.setHeaderRoute({ name: 'testers', headers: HEADERS }), {
      ...unsupported('steps[1]', '"setHeaderRoute"', 'use Istio, the Gateway API or ALB, or leave the step out'), allowed: 'a router that knows headers; SMI does not',
    }],
    ['a header route by half a value, where the router wants whole ones', TrafficRouting.alb(), CanaryStep.setHeaderRoute({ name: 'testers', headers: [{ name: 'x-canary', value: StringMatch.prefix('b') }] }), {
      ...unsupported('steps[1].headers[0].value', '"prefix"', 'write StringMatch.exact(…)'), allowed: 'whole values: ALB knows nothing else',
    }],
    ['a mirror by the Gateway API', TrafficRouting.gatewayApi({ parents: [{ name: 'public' }] }), CanaryStep.setMirrorRoute({ name: 'shadow', match: GET }), {
      ...unsupported('steps[1]', '"setMirrorRoute"', 'use Istio, or leave the step out'), allowed: 'a router that copies requests; the Gateway API does not',
    }],
    ['weights of an experiment by ingress-nginx', TrafficRouting.nginx({ hosts: ['shop.example.com'] }), CanaryStep.experiment({ pods: [{ name: 'next', from: PodSet.CANARY, weight: 5 }], duration: minutes(5) }), {
      ...unsupported('steps[1].pods[0].weight', '5', 'use Istio, ALB, SMI or a plugin, or leave the weight out'), allowed: 'a router that splits requests between more than two sets',
    }],
  ])('%s', (_, traffic, step, refused) => {
    expect(errorOf(() => routed({ traffic, steps: [WEIGHT, step] }))).toMatchObject(refused);
  });
});

describe('allowed is', () => {
  test.each<[what: string, steps: CanaryStep[]]>([
    ['weight 0 for a smoke test first', [CanaryStep.setWeight(0), CanaryStep.setCanaryScale(CanaryScale.replicas(1)), CanaryStep.setHeaderRoute({ name: 'testers', headers: HEADERS })]],
    ['a route set again after its removal', [WEIGHT, CanaryStep.setHeaderRoute({ name: 'testers', headers: HEADERS }), CanaryStep.removeRoute('testers'), CanaryStep.setHeaderRoute({ name: 'testers', headers: HEADERS })]],
    ['a rise after a lowering', [CanaryStep.setWeight(50), CanaryStep.lowerWeight(5, 'a first look at full load'), CanaryStep.setWeight(20)]],
    ['no weight any more after a route is removed', [WEIGHT, CanaryStep.setHeaderRoute({ name: 'testers', headers: HEADERS }), CanaryStep.removeRoute('testers'), CanaryStep.lowerWeight(0, 'a first look at full load')]],
    ['testers at no weight, whose pods a step has fixed', [CanaryStep.setCanaryScale(CanaryScale.replicas(6)), CanaryStep.setWeight(50), CanaryStep.setHeaderRoute({ name: 'testers', headers: HEADERS }), CanaryStep.lowerWeight(0, 'a first look at full load')]],
    ['a week', [WEIGHT, CanaryStep.pause(Duration.days(7))]],
    ['a second', [WEIGHT, CanaryStep.pause(Duration.seconds(1))]],
    ['a canary that nobody sends requests', [CanaryStep.setCanaryScale(CanaryScale.percent(10)), CanaryStep.pauseUntilPromoted()]],
  ])('%s', (_, steps) => {
    expect(stepsOf(steps)).toHaveLength(steps.length);
  });
});

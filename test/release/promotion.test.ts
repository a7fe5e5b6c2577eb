import { Duration } from 'cdk8s';
import { Promotion } from 'cdk8s-production';
import { errorOf, type Manifest } from '../helpers/manifests';
import { blueGreen, strategyOf } from '../helpers/release';

const js = <T>(value: unknown): T => value as T;
const promoted = (promotion: Promotion): Manifest => {
  const { autoPromotionEnabled, autoPromotionSeconds } = strategyOf(blueGreen({ promotion }));
  return { autoPromotionEnabled, autoPromotionSeconds };
};

test.each<[what: string, promotion: Promotion, enabled: boolean, seconds: number | undefined]>([
  ['at once', Promotion.automatic(), true, undefined], ['after no time', Promotion.automatic(Duration.seconds(0)), true, undefined], ['after a while', Promotion.automatic(Duration.minutes(5)), true, 300],
  ['after a week', Promotion.automatic(Duration.days(7)), true, 604_800], ['by a person', Promotion.manual(), false, undefined],
])('%s', (_, promotion, autoPromotionEnabled, autoPromotionSeconds) => {
  expect(promoted(promotion)).toEqual({ autoPromotionEnabled, autoPromotionSeconds });
});

test.each<[what: string, promotion: Promotion, property: string, value: string, fix: string]>([
  ['after more than a week', Promotion.automatic(Duration.days(8)), 'promotion.delay', '691200', 'give whole seconds, at most a week'],
  ['after half a second', Promotion.automatic(Duration.millis(500)), 'promotion.delay', '0.5', 'give whole seconds, at most a week'],
  ['after a number', Promotion.automatic(js(300)), 'promotion.delay', '300', 'write Duration.minutes(5)'],
  ['after null', Promotion.automatic(js(null)), 'promotion.delay', 'null', 'write Duration.minutes(5)'],
  ['by a text', js('manual'), 'promotion', '"manual"', 'write Promotion.manual()'],
  ['by a flag', js(false), 'promotion', 'false', 'write Promotion.manual()'],
  ['by a function', js(Promotion.manual), 'promotion', 'a function (manual)', 'write Promotion.manual()'],
])('not %s', (_, promotion, property, value, fix) => {
  expect(errorOf(() => blueGreen({ promotion }))).toMatchObject({ code: 'InvalidValue', constructPath: 'chart/release', property, value, fix });
});

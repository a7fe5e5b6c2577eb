import { Duration } from 'cdk8s';
import { Promotion } from 'cdk8s-production';
import { blueGreenTimeline } from '../../../lib/release/timeline/blue-green-timeline';
import { blueGreen } from '../../helpers/release';

test('a promotion after a delay waits for it before the switch, a person\'s has no end', () => {
  expect(blueGreenTimeline).toBeInstanceOf(Function);
  const waits = (promotion: Promotion) => blueGreen({ promotion }).timeline().steps.find(({ says }) => says.startsWith('waits'));

  expect(waits(Promotion.automatic())).toBeUndefined();
  expect(waits(Promotion.automatic(Duration.minutes(3)))).toMatchObject({ says: 'waits 3 min', weight: 0 });
  expect(waits(Promotion.manual())).toMatchObject({ says: 'waits until a person promotes it', lasts: undefined });
});

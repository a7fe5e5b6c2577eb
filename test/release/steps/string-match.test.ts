import { StringMatch } from 'cdk8s-production';
import { PropertyPath } from '../../../lib/core/property-path';
import { errorOf, testChart } from '../../helpers/manifests';

test.each<[StringMatch, object]>([[StringMatch.exact('true'), { exact: 'true' }], [StringMatch.prefix('beta-'), { prefix: 'beta-' }], [StringMatch.regex('beta-[0-9]+'), { regex: 'beta-[0-9]+' }]])('%o is written as %o', (match, rendered) => {
  expect(match._render()).toEqual(rendered);
});

test.each<[what: string, text: unknown, value: string]>([['an empty text', '', '""'], ['spaces', '  ', '"  "'], ['nothing', undefined, 'nothing'], ['a boolean, as of a header that is "true"', true, 'true'], ['a RegExp', /beta/, '{}']])('of %s is refused', (_, text, value) => {
  for (const match of [StringMatch.exact, StringMatch.prefix, StringMatch.regex]) {
    expect(errorOf(() => match(text as string)._check(new PropertyPath(testChart(), 'headers[0].value')))).toMatchObject({
      code: 'InvalidValue', constructPath: 'chart', property: 'headers[0].value', value, allowed: 'a text that is not empty', fix: 'give a text that is not empty',
    });
  }
});

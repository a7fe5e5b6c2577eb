import { annotationPath, namedElement, otherElements } from '../../lib/core/ignored-paths';

test('names are quoted, whatever is in them', () => {
  expect(namedElement('.spec.http[]', 'a"b')).toBe('.spec.http[] | select(.name == "a\\"b")');
  expect(annotationPath('example.com/key')).toBe('.metadata.annotations["example.com/key"]');
  expect(otherElements('.spec.subsets[]', '.name', ['stable', 'canary'])).toBe('.spec.subsets[] | select(.name != "stable" and .name != "canary")');
});

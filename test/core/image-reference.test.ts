import { Environment, ImageReference, ProductionService } from 'cdk8s-production';
import { checkImage } from '../../lib/core/image-reference';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, MINIMAL, one, synth, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'image');
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const LONG_DIGEST = `sha512:${'0123456789abcdef'.repeat(8)}`;

describe('parse', () => {
  test.each<[reference: string, registry: string | undefined, repository: string, tag: string | undefined, digest: string | undefined]>([
    ['web', undefined, 'web', undefined, undefined],
    ['web:1.4.2', undefined, 'web', '1.4.2', undefined],
    ['shop/web:1.4.2', undefined, 'shop/web', '1.4.2', undefined],
    ['a/b/c/d:1.4.2', undefined, 'a/b/c/d', '1.4.2', undefined],
    ['registry.example.com/web:1.4.2', 'registry.example.com', 'web', '1.4.2', undefined],
    ['registry.example.com/shop/eu/web:1.4.2', 'registry.example.com', 'shop/eu/web', '1.4.2', undefined],
    ['registry.example.com:5000/web:1.4.2', 'registry.example.com:5000', 'web', '1.4.2', undefined],
    ['registry:5000/web', 'registry:5000', 'web', undefined, undefined],
    ['localhost/web:1.4.2', 'localhost', 'web', '1.4.2', undefined],
    ['localhost:5000/web:1.4.2', 'localhost:5000', 'web', '1.4.2', undefined],
    ['10.0.0.1:5000/web:1.4.2', '10.0.0.1:5000', 'web', '1.4.2', undefined],
    ['Registry.Example.com/web:1.4.2', 'Registry.Example.com', 'web', '1.4.2', undefined],
    [`web@${DIGEST}`, undefined, 'web', undefined, DIGEST],
    [`web:1.4.2@${DIGEST}`, undefined, 'web', '1.4.2', DIGEST],
    [`web:latest@${LONG_DIGEST}`, undefined, 'web', 'latest', LONG_DIGEST],
    [`registry.example.com:5000/shop/web:1.4.2@${DIGEST}`, 'registry.example.com:5000', 'shop/web', '1.4.2', DIGEST],
    ['my-app/web_front.end__x--y:1', undefined, 'my-app/web_front.end__x--y', '1', undefined],
    ['web:_T.a-G', undefined, 'web', '_T.a-G', undefined],
    [`web:${'t'.repeat(128)}`, undefined, 'web', 't'.repeat(128), undefined],
  ])('takes %s apart and puts it together again', (reference, registry, repository, tag, digest) => {
    const parsed = ImageReference.parse(reference)!;
    expect({ registry: parsed.registry, repository: parsed.repository, tag: parsed.tag, digest: parsed.digest }).toEqual({ registry, repository, tag, digest });
    expect(parsed.toString()).toBe(reference);
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['upper case in the repository', 'Web:1.4.2'],
    ['upper case before the first slash, where it is no host', 'Shop/web:1.4.2'],
    ['upper case behind a registry', 'registry.example.com/Shop/web:1.4.2'],
    ['an empty tag', 'web:'],
    ['two tags', 'web:1:2'],
    ['a tag that begins with a dot', 'web:.1'],
    ['a tag that begins with a dash', 'web:-1'],
    ['a tag with a slash', 'web:feature/x'],
    ['a tag with a plus', 'web:1.4.2+7'],
    ['a tag of 129 characters', `web:${'t'.repeat(129)}`],
    ['a short digest', 'web@sha256:0123456789abcdef'],
    ['an upper-case digest', `web@sha256:${'A'.repeat(64)}`],
    ['a digest of an unknown algorithm', `web@md5:${'0'.repeat(32)}`],
    ['a digest before the tag', `web@${DIGEST}:1.4.2`],
    ['only a tag', ':1.4.2'],
    ['a scheme', 'https://registry.example.com/web:1.4.2'],
    ['a registry without a repository', 'registry.example.com/'],
    ['an empty part', 'shop//web:1.4.2'],
    ['a leading slash', '/web:1.4.2'],
    ['three underscores', 'a___b:1.4.2'],
    ['two dots', 'a..b:1.4.2'],
    ['a dash at the end', 'web-:1.4.2'],
    ['white space', ' web:1.4.2'],
    ['a line break', 'web:1.4.2\n'],
    ['a template that nobody filled', '${IMAGE}'],
    ['more than 4096 characters', 'a/'.repeat(2048) + 'web'],
  ])('finds no reference in %s', (_, text) => {
    expect(ImageReference.parse(text)).toBeUndefined();
  });
});

describe('a tag', () => {
  test.each<[tag: string, immutable: boolean, why: string]>([
    ['1.4.2', true, 'a full version'],
    ['v1.4.2', true, 'a full version with its v'],
    ['0.0.1', true, 'a full version'],
    ['10.20.30', true, 'a full version of two digits each'],
    ['1.4.2.9', true, 'a full version of four numbers'],
    ['1.4.2-rc.1', true, 'a candidate of a full version'],
    ['v1.4.2-beta', true, 'a candidate of a full version'],
    ['1.4.2-alpine3.20', true, 'a full version on a base'],
    ['1.4.2_7', true, 'a full version and a build'],
    ['2026.11.3', true, 'a calendar version with its day'],
    ['2026.11.3-rc.1', true, 'a candidate of a calendar version'],
    ['20261121', true, 'the date of a build'],
    ['20261121-1432', true, 'date and time of a build'],
    ['20261121T143200Z', true, 'date and time of a build'],
    ['20261121.3', true, 'date and count of a build'],
    ['build-4711', true, 'the number of a build'],
    ['build4711', true, 'the number of a build'],
    ['b4711', true, 'the number of a build'],
    ['r4711', true, 'a revision'],
    ['rev.4711', true, 'a revision'],
    ['9f8e7d6', true, 'a commit of seven digits'],
    ['9f8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7c6', true, 'a commit of forty digits'],
    ['main-9f8e7d6', true, 'a branch and the commit'],
    ['sha-9f8e7d6', true, 'a commit'],
    ['1.4-9f8e7d6', true, 'a line and the commit'],
    ['latest', false, 'moves by definition'],
    ['stable', false, 'a channel'],
    ['edge', false, 'a channel'],
    ['nightly', false, 'a channel'],
    ['lts', false, 'a channel'],
    ['main', false, 'a branch'],
    ['master', false, 'a branch'],
    ['feature-x', false, 'a branch'],
    ['pr-123', false, 'a branch under review'],
    ['production', false, 'an environment'],
    ['staging', false, 'an environment'],
    ['1', false, 'a line: moves with each minor version'],
    ['v1', false, 'a line: moves with each minor version'],
    ['1.4', false, 'a line: moves with each patch'],
    ['v1.4', false, 'a line: moves with each patch'],
    ['2026.11', false, 'a month'],
    ['1.4-alpine', false, 'a line on a base'],
    ['16-alpine', false, 'a line on a base'],
    ['alpine', false, 'a base'],
    ['bookworm-slim', false, 'a base'],
    ['1.4.x', false, 'a line'],
    ['1.4.2-SNAPSHOT', false, 'a version before its release, built again and again'],
    ['1.4.2-latest', false, 'the newest build of a version'],
    ['1.4.2-nightly', false, 'a channel of a version'],
    ['v1.4.2-dev', false, 'a version in the making'],
    ['20261121-edge', false, 'a channel of a date'],
    ['1.4.2-dev.7', true, 'one of the builds on the way to a version'],
    ['9f8e7d', false, 'too short for a commit'],
    ['deadbeef', false, 'a word, as far as one can tell'],
    ['9F8E7D6', false, 'not how commits are written'],
    ['build', false, 'a build without a number'],
    ['2026112', true, 'seven digits, which may be a commit'],
    ['version-two', false, 'a word'],
  ])('%s never moves: %s (%s)', (tag, immutable) => {
    expect(ImageReference.parse(`registry.example.com/web:${tag}`)!.isImmutable).toBe(immutable);
  });

  test.each<[reference: string, immutable: boolean, why: string]>([
    ['postgres:16.4', true, 'a full version since PostgreSQL 10'],
    ['postgres:10.0', true, 'the first of them'],
    ['postgres:16.4-bookworm', true, 'a full version on a base'],
    ['postgres:16.4-alpine3.20', true, 'a full version on a base'],
    ['registry.example.com/mirror/postgresql:17.2', true, 'by the last part of the path'],
    ['registry.example.com/postgresql:16.4-system-trixie', true, 'a full version on a base'],
    ['postgres:16', false, 'a line: moves with each release'],
    ['postgres:16-bookworm', false, 'a line on a base'],
    ['postgres:9.6', false, 'a line of old: its full versions had three numbers'],
    ['postgres:9.6.24', true, 'a full version of old'],
    ['postgres:16.4-nightly', false, 'a channel of a version'],
    ['postgres:16.x', false, 'a line'],
    ['postgres-exporter:16.4', false, 'another program'],
    ['mypostgres:16.4', false, 'another program'],
    ['postgres/backup:16.4', false, 'another program, of the same owner'],
    ['redis:7.4', false, 'only PostgreSQL counts so'],
  ])('of PostgreSQL: %s never moves: %s (%s)', (reference, immutable) => {
    expect(ImageReference.parse(reference)!.isImmutable).toBe(immutable);
  });

  test('moves when there is none: the registry takes latest', () => {
    expect(ImageReference.parse('web')!.isImmutable).toBe(false);
  });

  test.each(['', ':latest', ':main', ':1'])('that is "%s" beside a digest does not matter', tag => {
    expect(ImageReference.parse(`web${tag}@${DIGEST}`)!.isImmutable).toBe(true);
  });
});

describe('checkImage', () => {
  test.each<[image: string, registry: string | undefined, expected: string]>([
    ['web:1.4.2', undefined, 'web:1.4.2'],
    ['web:1.4.2', 'registry.example.com', 'registry.example.com/web:1.4.2'],
    ['shop/web:1.4.2', 'registry.example.com:5000', 'registry.example.com:5000/shop/web:1.4.2'],
    ['shop/web:1.4.2', 'registry.example.com/mirror', 'registry.example.com/mirror/shop/web:1.4.2'],
    [`web@${DIGEST}`, 'registry.example.com', `registry.example.com/web@${DIGEST}`],
    ['other.example.org/web:1.4.2', 'registry.example.com', 'other.example.org/web:1.4.2'],
    ['localhost/web:1.4.2', 'registry.example.com', 'localhost/web:1.4.2'],
    ['registry:5000/web:1.4.2', 'registry.example.com', 'registry:5000/web:1.4.2'],
  ])('makes of %s in %s: %s', (image, registry, expected) => {
    expect(checkImage(at, image, registry).toString()).toBe(expected);
  });

  test.each<[unknown]>([['Web:1.4.2'], [''], ['web:'], [undefined], [null], [5], [{ name: 'web' }]])('refuses %j', image => {
    expect(errorOf(() => checkImage(at, image, 'registry.example.com'))).toMatchObject({ code: 'InvalidImage', property: 'image' });
  });

  test.each([
    ['web', 'add the full version that was tested: without a tag the registry hands out "latest", and nodes run different code'],
    ['registry.example.com/web:latest', "replace the tag 'latest', which moves by custom, by the full version or the digest that was tested"],
    ['web:1.4', "replace the tag '1.4', which moves by custom, by the full version or the digest that was tested"],
  ])('refuses %s, which may change under way', (image, fix) => {
    expect(errorOf(() => checkImage(at, image, undefined))).toMatchObject({ code: 'MutableImage', property: 'image', value: JSON.stringify(image), fix });
  });
});

test.each([
  ['shop/web:1.4.2', 'mirror.example.com/shop/web:1.4.2'],
  ['registry.example.com/shop/web:1.4.2', 'registry.example.com/shop/web:1.4.2'],
])('a service runs %s as %s where the environment has a registry', (image, expected) => {
  const chart = testChart();
  Environment.production({ registry: 'mirror.example.com' }).attachTo(chart);
  new ProductionService(chart, 'web', { ...MINIMAL, image });
  expect(one(synth(chart), 'Deployment').spec.template.spec.containers[0].image).toBe(expected);
});

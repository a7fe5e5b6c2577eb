import { PropertyPath } from '../../lib/core/property-path';
import { checkWebAddress } from '../../lib/core/web-address';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'url');

test.each(['http://prometheus.monitoring:9090', 'https://metrics.example.com/prometheus'])('%s is an address', url => {
  expect(checkWebAddress(at, url)).toBe(url);
});

test.each([['prometheus.monitoring:9090', 'InvalidValue'], ['', 'InvalidValue'], [9090, 'InvalidValue'], ['https://user:hunter2hunter2@metrics.example.com', 'SecretInManifest']])('%s is none', (url, code) => {
  expect(errorOf(() => checkWebAddress(at, url))).toMatchObject({ code, property: 'url' });
});

import { PodSelection } from 'cdk8s-production';
import { orders } from '../helpers/database';
import { web } from '../helpers/service';

test.each([['a service', () => web(), 'web'], ['a database', () => orders(), 'orders']] as const)('%s can be selected and named in policies by cdk8s-plus', (_, make, name) => {
  const one = make();
  expect(one).toBeInstanceOf(PodSelection);
  const config = one.toPodSelectorConfig();
  expect(config.labelSelector!._toKube()).toEqual({ matchLabels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': name } });
  expect(config.namespaces).toEqual({ names: ['shop'] });
  expect(one.toPodSelector().toPodSelectorConfig()).toEqual(config);
  expect(one.toNetworkPolicyPeerConfig().podSelector).toEqual(config);
});

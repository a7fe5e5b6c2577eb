import { KubernetesVersion } from 'cdk8s-production';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const MINORS = [28, 29, 30, 31, 32, 33, 34, 35, 36, 37];
const at = new PropertyPath(testChart(), 'spec');

describe('KubernetesVersion', () => {
  test('knows 1.28 to 1.37, oldest first', () => {
    expect(KubernetesVersion.ALL.map(String)).toEqual(MINORS.map(minor => `1.${minor}`));
  });

  test('has a constant for each', () => {
    const constants = [
      KubernetesVersion.V1_28, KubernetesVersion.V1_29, KubernetesVersion.V1_30, KubernetesVersion.V1_31, KubernetesVersion.V1_32,
      KubernetesVersion.V1_33, KubernetesVersion.V1_34, KubernetesVersion.V1_35, KubernetesVersion.V1_36, KubernetesVersion.V1_37,
    ];
    expect(constants.map(version => version.minor)).toEqual(MINORS);
  });

  test('is 1.31 unless somebody says otherwise, where the sleep, sidecars and eviction policy are on', () => {
    expect(KubernetesVersion.DEFAULT.toString()).toBe('1.31');
    expect((['preStopSleep', 'nativeSidecars', 'unhealthyPodEvictionPolicy', 'trafficDistributionPreferClose'] as const).map(f => KubernetesVersion.DEFAULT.supports(f)))
      .toEqual([true, true, true, true]);
  });

  test.each([
    ['1.28', 28], ['1.37', 37], ['v1.33', 33], ['1.33.4', 33], ['v1.33.4', 33], ['1.33.4-gke.1200', 33], ['v1.33.4+k3s1', 33], ['1.33.0-rc.1', 33],
  ])('reads %s', (text, minor) => {
    expect(KubernetesVersion.of(text).minor).toBe(minor);
  });

  test.each<[unknown]>([
    ['1.27'], ['1.38'], ['1.0'], ['1.3'], ['1.330'], ['2.33'], ['1'], ['33'], [''], ['latest'], ['1.33.'], ['1.33x'], [' 1.33'], ['1.33\n'], ['v'], [undefined], [null], [1.4],
  ])('refuses %j with the versions that there are', text => {
    expect(() => KubernetesVersion.of(text as string)).toThrow(new RangeError(`Kubernetes version ${JSON.stringify(text)} is not one of 1.28 to 1.37; write it as "1.33"`));
  });

  test.each([
    ['1.30', '1.30', true], ['1.31', '1.30', true], ['1.30', '1.31', false], ['1.37', '1.28', true], ['1.28', '1.37', false],
  ])('%s is at least %s: %s', (version, other, expected) => {
    expect(KubernetesVersion.of(version).atLeast(KubernetesVersion.of(other))).toBe(expected);
  });

  test.each([
    ['preStopSleep', 30],
    ['nativeSidecars', 29],
    ['trafficDistributionPreferSame', 34],
    ['autoscalerTolerance', 35],
    ['scaleToZero', 37],
    ['unhealthyPodEvictionPolicy', 28],
    ['stopSignal', 99],
  ] as const)('supports %s from minor version %d on', (feature, from) => {
    expect(KubernetesVersion.ALL.filter(version => version.supports(feature)).map(version => version.minor)).toEqual(MINORS.filter(minor => minor >= from));
  });
});

describe('require', () => {
  test.each(MINORS.filter(minor => minor >= 30))('lets the sleep pass at 1.%d', minor => {
    expect(() => KubernetesVersion.of(`1.${minor}`).require('preStopSleep', at, 5)).not.toThrow();
  });

  test.each([28, 29])('refuses the sleep at 1.%d, and says which version has it', minor => {
    expect(errorOf(() => KubernetesVersion.of(`1.${minor}`).require('preStopSleep', at, { seconds: 5 }, 'use Shutdown.exec'))).toMatchObject({
      code: 'UnsupportedByKubernetesVersion',
      constructPath: 'chart',
      property: 'spec',
      value: '{"seconds":5}',
      allowed: `lifecycle.preStop.sleep, lifecycle.postStart.sleep from Kubernetes 1.30; the target is 1.${minor}`,
      fix: "set the environment's kubernetesVersion to 1.30 or later once the cluster is there, or use Shutdown.exec",
    });
  });

  test('says to leave it out where there is nothing better', () => {
    expect(errorOf(() => KubernetesVersion.V1_34.require('imageVolumes', at, {})).fix).toBe("set the environment's kubernetesVersion to 1.35 or later once the cluster is there, or leave it out");
  });

  test.each(MINORS)('refuses at 1.%d what no version has yet, without naming one', minor => {
    expect(errorOf(() => KubernetesVersion.of(`1.${minor}`).require('stopSignal', at, 'SIGUSR1'))).toMatchObject({
      allowed: 'not lifecycle.stopSignal: no Kubernetes up to 1.37 honours it by default', fix: 'leave it out',
    });
  });
});

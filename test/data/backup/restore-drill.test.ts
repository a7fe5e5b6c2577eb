import { Chart, Duration, Size } from 'cdk8s';
import { ExternalEndpoint, Identity, Resources, type RestoreDrillOptions } from 'cdk8s-production';
import { nightly, orders } from '../../helpers/database';
import { errorOf, identities, type Manifest, one, synth } from '../../helpers/manifests';

const CHECK = 'SELECT count(*) FROM payments';
const drilled = (options: Partial<RestoreDrillOptions> = {}, props = {}) => orders({ backups: [nightly()], restoreDrill: { schedule: '0 5 * * 0', check: CHECK, ...options }, ...props });
const jobOf = (options: Partial<RestoreDrillOptions> = {}) => one(synth(Chart.of(drilled(options))), 'CronJob', 'orders-restore-drill');
const podOf = (job: Manifest) => job.spec.jobTemplate.spec.template.spec;
const variables = (container: Manifest) => Object.fromEntries(container.env.map((variable: Manifest) => [variable.name, variable.value]));

describe('a drill', () => {
  test('is exactly these objects', () => {
    expect(identities(synth(Chart.of(drilled()))).filter(name => name.includes('drill'))).toEqual(['CronJob/orders-restore-drill', 'NetworkPolicy/orders-restore-drill', 'ServiceAccount/orders-restore-drill']);
  });

  test('fetches the newest dump, tries it, and only then records it', () => {
    const pod = podOf(jobOf());
    expect(pod.initContainers.map((container: Manifest) => [container.name, container.image])).toEqual([['fetch', 'rclone/rclone:1.68.2'], ['drill', 'postgres:16.4']]);
    expect(pod.containers[0].image).toBe('rclone/rclone:1.68.2');
    expect(variables(pod.initContainers[0])).toMatchObject({ MAXIMUM_AGE: '172800', STORAGE: 'storage:/backups/orders' });
    expect(variables(pod.initContainers[1])).toEqual({ CHECK, DUMP_FILE: '/work/dump.dump', SCRATCH_DIRECTORY: '/work' });
    expect(variables(pod.containers[0])).toMatchObject({ DRILL_NAME: 'orders-restore-drill' });
  });

  test('has room for the dump and for the data that comes of it', () => {
    expect(podOf(jobOf()).volumes.find((volume: Manifest) => volume.name === 'work').ephemeral.volumeClaimTemplate.spec.resources.requests.storage).toBe('200Gi');
  });

  test('can reach neither the database nor its password', () => {
    const manifests = synth(Chart.of(drilled()));
    expect(JSON.stringify(podOf(one(manifests, 'CronJob', 'orders-restore-drill')))).not.toContain('orders-credentials');
    expect(one(manifests, 'NetworkPolicy', 'orders-restore-drill').spec.egress).toHaveLength(1); // name servers
    expect(JSON.stringify(one(manifests, 'NetworkPolicy', 'orders').spec)).not.toContain('drill');
  });

  test('tells when the last good restore is too long ago', () => {
    const { restoreDrill } = drilled();
    expect(JSON.stringify(restoreDrill!.job.missedRunAlert)).toContain('orders-restore-drill');
  });

  test('pushes its moment as a metric where a gateway is named, and may reach it', () => {
    const endpoint = ExternalEndpoint.pods({ app: 'pushgateway' }, 9091, { namespace: 'monitoring', name: 'pushgateway' });
    const manifests = synth(Chart.of(drilled({ pushgateway: { url: 'http://pushgateway.monitoring:9091', endpoint } })));
    expect(variables(podOf(one(manifests, 'CronJob', 'orders-restore-drill')).containers[0])).toMatchObject({ PUSHGATEWAY_URL: 'http://pushgateway.monitoring:9091' });
    expect(JSON.stringify(one(manifests, 'NetworkPolicy', 'orders-restore-drill').spec.egress)).toContain('9091');
  });

  test('takes every option; a new one breaks this test', () => {
    const all: Required<Omit<RestoreDrillOptions, 'pushgateway'>> = {
      schedule: '7 5 * * 0',
      check: 'SELECT true',
      maximumAge: Duration.hours(30),
      timeZone: 'Europe/Berlin',
      deadline: Duration.hours(3),
      workSpace: { size: Size.gibibytes(9), storageClass: 'scratch' },
      resources: Resources.guaranteed({ memory: Size.mebibytes(3333) }),
      identity: Identity.existing({ name: 'reader' }),
    };
    const text = JSON.stringify(jobOf(all));
    for (const part of ['7 5 * * 0', 'SELECT true', '108000', 'Europe/Berlin', '10800', '9Gi', 'scratch', '3333Mi', 'reader']) { expect(text).toContain(part); }
  });

  test.each<[string, Partial<RestoreDrillOptions>, string, string]>([
    ['no check', { check: undefined as never }, 'InvalidValue', 'restoreDrill.check'],
    ['an empty check', { check: ' ' }, 'InvalidValue', 'restoreDrill.check'],
    ['an age of nothing', { maximumAge: Duration.seconds(0) }, 'InvalidValue', 'restoreDrill.maximumAge'],
    ['a gateway without an address', { pushgateway: { url: 'pushgateway', endpoint: ExternalEndpoint.cidr('10.0.0.1/32', 9091) } }, 'InvalidValue', 'restoreDrill.pushgateway.url'],
    ['an unknown option of the gateway', { pushgateway: { url: 'http://a', endpoints: [] } as never }, 'UnknownProperty', 'restoreDrill.pushgateway.endpoints'],
    ['an unknown option', { every: 'week' } as never, 'UnknownProperty', 'restoreDrill.every'],
  ])('with %s is refused', (_, options, code, property) => {
    expect(errorOf(() => drilled(options))).toMatchObject({ code, constructPath: 'chart/orders', property });
  });
});

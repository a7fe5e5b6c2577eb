import { Concurrency, Environment, MeshProfile } from 'cdk8s-production';
import { firstConnectionFinding, jobFindings, scheduleFindings, type ScheduleSubject } from '../../lib/blocks/job-findings';
import { parseCron } from '../../lib/core/cron-expression';
import { PropertyPath } from '../../lib/core/property-path';
import { testChart } from '../helpers/manifests';
import { chartIn } from '../helpers/service';

const at = new PropertyPath(testChart(), 'schedule');
const found = (schedule: string, subject: Partial<ScheduleSubject> = {}): string[] => scheduleFindings({
  fields: parseCron(at, schedule).fields, timeZone: 'Europe/Berlin', concurrency: Concurrency.FORBID, interval: 3600, deadline: 3600, ...subject,
}).map(({ id }) => id);

test.each([['0 1 * * *', true], ['59 2 * * 0', true], ['0 0 * * *', false], ['0 3 * * *', false], ['0 * * * *', false], ['0 0-6 1 * *', true]])('%s in a zone with clock changes: %p', (schedule, isFound) => {
  expect(found(schedule)).toEqual(isFound ? ['keep-schedules-off-clock-changes'] : []);
  expect(['UTC', 'Etc/UTC', 'Etc/GMT+5'].flatMap(timeZone => found(schedule, { timeZone }))).toEqual([]);
});

test.each([[Concurrency.ALLOW, 4 * 3600, true], [Concurrency.ALLOW, 3 * 3600, false], [Concurrency.FORBID, 86_400, false], [Concurrency.REPLACE, 86_400, false]])('%s with a deadline of %d s after an hour\'s interval piles up: %p', (concurrency, deadline, isFound) => {
  expect(found('0 * * * *', { concurrency, deadline })).toEqual(isFound ? ['keep-runs-from-piling-up'] : []);
});

test.each([[{}, true], [{ labels: { 'sidecar.istio.io/inject': 'false' } }, false], [{ annotations: { 'linkerd.io/inject': 'disabled' } }, false], [{ labels: { 'sidecar.istio.io/inject': 'true' } }, true]])('in a mesh, %p leaves the proxy in: %p', (said, isFound) => {
  const props = { image: 'registry.example.com/shop/report:1.4.2', ...said };
  expect(jobFindings(props, Environment.of(chartIn(Environment.production({ mesh: MeshProfile.istio() })))).map(({ id }) => id)).toEqual(isFound ? ['let-the-proxy-end'] : []);
  expect(jobFindings(props, Environment.of(testChart()))).toEqual([]);
});

test('a hook\'s target is named', () => {
  expect(firstConnectionFinding('chart/db').message).toContain('\'chart/db\'');
});

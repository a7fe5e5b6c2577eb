import { missedRunAlert } from '../../lib/blocks/missed-run-alert';

const SUBJECT = { name: 'report', namespace: 'shop', interval: 3600, startingDeadline: 600, deadline: 1800 };

test('waits for the run that is due, as late as it may begin, as long as it may take', () => {
  expect(missedRunAlert(SUBJECT).expression).toContain(`> ${3600 + 600 + 1800} `);
  expect(missedRunAlert(SUBJECT).summary).toBe('no run of the CronJob shop/report has succeeded for 1 hour 40 minutes');
});

test('counts from the last success, or from when the CronJob was made, unless it is suspended', () => {
  const series = '{namespace="shop",cronjob="report"}';
  expect(missedRunAlert(SUBJECT).expression).toBe(
    `time() - (kube_cronjob_status_last_successful_time${series} or kube_cronjob_created${series}) > 6000 and on (namespace, cronjob) kube_cronjob_spec_suspend${series} == 0`,
  );
});

test('finds it by its name alone where the chart names no namespace', () => {
  expect(missedRunAlert({ ...SUBJECT, namespace: undefined }).expression).toContain('kube_cronjob_created{cronjob="report"}');
  expect(missedRunAlert({ ...SUBJECT, namespace: undefined }).summary).toContain('the CronJob report ');
});

import { podOf, web } from './helpers/service';

describe('a pod leaves the endpoints before its process is told to stop', () => {
  test('sleeps before the signal', () => {
    expect(podOf(web()).containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
  });
});

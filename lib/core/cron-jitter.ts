import { createHash } from 'node:crypto';
import type { Duration } from 'cdk8s';
import type { CronExpression } from './cron-expression';
import { intervalOf } from './cron-interval';
import type { PropertyPath } from './property-path';

const HOUR = 60;

/**
 * A schedule that is put off by some minutes, always the same for one key: of a hundred jobs at midnight, few start together.
 *
 * @param jitter the put-off is shorter than this
 * @param key what tells this job from others, such as its namespace and name
 * @returns five fields
 * @internal
 */
export function spreadStart(at: PropertyPath, { text, fields }: CronExpression, jitter: Duration, key: string): string {
  const width = at.seconds(jitter, 2 * 60, HOUR * 60, 'give whole minutes from 2 to 60', 'Duration.minutes(15)') / 60;
  if (!Number.isInteger(width)) { at.refuse('InvalidValue', { value: jitter.toHumanString(), allowed: 'whole minutes: a schedule knows no seconds', fix: 'write Duration.minutes(15)' }); }
  const { minutes } = fields;
  const { shortest } = intervalOf(fields);
  if (minutes === undefined || width > shortest) {
    return at.refuse('InvalidValue', { value: jitter.toHumanString(), allowed: `at most the ${shortest} min between two runs of "${text}", and more than one`, fix: 'shorten it, or leave it out' });
  }
  // Past the full hour would be another hour, and perhaps another day.
  const room = fields.hours === undefined ? HOUR : HOUR - minutes[minutes.length - 1]!;
  if (width > room) {
    at.refuse('InvalidValue', { value: jitter.toHumanString(), allowed: `at most the ${room} min that are left of the hour after the last run of "${text}"`, fix: 'shorten it, or let the schedule begin at an earlier minute' });
  }
  const later = createHash('sha256').update(key).digest().readUInt32BE(0) % width;
  const moved = minutes.map(minute => (minute + later) % HOUR).sort((a, b) => a - b);
  return [moved.join(','), ...text.split(' ').slice(1)].join(' ');
}

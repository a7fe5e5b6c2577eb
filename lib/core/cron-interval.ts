import type { CronFields } from './cron-expression';

const DAY = 24 * 60;
const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Leap years come every four; eight show each gap between two of their days. The first begins on a Sunday, as 2023 did. */
const YEARS = 8;

/** The time between two runs of a schedule, in minutes. @internal */
export interface CronInterval {
  readonly shortest: number;
  readonly longest: number;
}

/**
 * How far apart the runs of a schedule are. Clocks that are put forward or back are not looked at.
 *
 * @internal
 */
export function intervalOf(fields: CronFields): CronInterval {
  const hours = fields.hours ?? upTo(24);
  const minutes = fields.minutes ?? upTo(60);
  const times = hours.flatMap(hour => minutes.map(minute => hour * 60 + minute));
  const [first, last] = [times[0]!, times[times.length - 1]!];
  const days = gaps(daysOf(fields));
  // Between the last run of one day and the first of the next that has any.
  const nights = days.map(gap => gap * DAY - last + first);
  const all = [...gaps(times), ...nights];
  return { shortest: all.reduce((a, b) => Math.min(a, b)), longest: all.reduce((a, b) => Math.max(a, b)) };
}

/** Days on which the schedule runs, counted from the first. */
function daysOf({ days, months, weekdays }: CronFields): number[] {
  const found: number[] = [];
  let count = 0;
  for (const year of upTo(YEARS)) {
    for (const [month, usual] of MONTHS.entries()) {
      const length = month === 1 && year % 4 === 1 ? usual + 1 : usual; // 2024
      for (const day of upTo(length)) {
        const onDay = days?.includes(day + 1);
        const onWeekday = weekdays?.includes(count % 7);
        const runs = onDay === undefined || onWeekday === undefined ? onDay ?? onWeekday ?? true : onDay || onWeekday;
        if (runs && months?.includes(month + 1) !== false) { found.push(count); }
        count++;
      }
    }
  }
  return found;
}

function gaps(points: readonly number[]): number[] {
  return points.slice(1).map((point, i) => point - points[i]!);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

import type { PropertyPath } from './property-path';

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: MONTHS },
  { name: 'day of the week', min: 0, max: 6, words: DAYS }, // 7 for Sunday is cron's, but not Kubernetes'
];

const MACROS: ReadonlyMap<string, string> = new Map([
  ['@hourly', '0 * * * *'], ['@daily', '0 0 * * *'], ['@midnight', '0 0 * * *'], ['@weekly', '0 0 * * 0'],
  ['@monthly', '0 0 1 * *'], ['@yearly', '0 0 1 1 *'], ['@annually', '0 0 1 1 *'],
]);

/** February has its 29th every four years. */
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A schedule, field by field: the values that a field names, or nothing for all of them. @internal */
export interface CronFields {
  readonly minutes: readonly number[] | undefined;
  readonly hours: readonly number[] | undefined;
  /** Days of the month, from 1. */
  readonly days: readonly number[] | undefined;
  /** From 1. */
  readonly months: readonly number[] | undefined;
  /** From 0 for Sunday. With days of the month as well, either is enough. */
  readonly weekdays: readonly number[] | undefined;
}

/** A schedule that has been checked. @internal */
export interface CronExpression {
  /** Five fields, whatever was given. */
  readonly text: string;
  readonly fields: CronFields;
}

/**
 * A time that comes again and again, as Kubernetes' CronJob and the schedulers built on the same parser read it: five fields,
 * or a macro such as `@daily`. Refuses what they would refuse, a day that never comes, and a time zone inside the text.
 *
 * @returns five fields, whatever was given
 * @see https://pkg.go.dev/github.com/robfig/cron/v3#hdr-CRON_Expression_Format
 * @internal
 */
export function checkCron(at: PropertyPath, schedule: unknown): string {
  return parseCron(at, schedule).text;
}

/**
 * The same, field by field.
 *
 * @internal
 */
export function parseCron(at: PropertyPath, schedule: unknown): CronExpression {
  const text = typeof schedule === 'string' ? schedule.trim() : '';
  const fields = (MACROS.get(text) ?? text).split(/\s+/);
  if (fields.length !== FIELDS.length) {
    at.refuse('InvalidValue', {
      value: schedule,
      allowed: `five fields (minute, hour, day of the month, month, day of the week) or one of ${[...MACROS.keys()].join(', ')}`,
      fix: /^(CRON_)?TZ=/.test(text) ? 'leave the time zone out: it is a property of its own, or UTC' : 'write "0 3 * * *" for three in the morning of every day',
    });
  }
  const values = fields.map((field, i) => valuesOf(at, FIELDS[i]!, field));
  const [minutes, hours, days, months, weekdays] = values;
  // With a day of the week as well, either of the two is enough.
  if (weekdays === undefined && days !== undefined) {
    const possible = (months ?? LONGEST.map((_, i) => i + 1)).some(month => days.some(day => day <= LONGEST[month - 1]!));
    if (!possible) { at.refuse('InvalidValue', { value: schedule, allowed: 'a day that the month has; this one never comes', fix: 'write a day that is in the calendar' }); }
  }
  return { text: fields.join(' '), fields: { minutes, hours, days, months, weekdays } };
}

/** Every value that a field names; undefined for all of them. */
function valuesOf(at: PropertyPath, field: Field, text: string): number[] | undefined {
  const all = text.split(',').flatMap(part => rangeOf(at, field, part) ?? [-1]);
  return all.includes(-1) ? undefined : [...new Set(all)].sort((a, b) => a - b);
}

function rangeOf(at: PropertyPath, field: Field, part: string): number[] | undefined {
  const refuse = (): never => at.refuse('InvalidValue', {
    value: part,
    allowed: `a ${field.name} from ${field.min} to ${field.max}${field.words === undefined ? '' : `, or ${field.words.join(', ')}`}; ranges (1-5), lists (1,3) and steps (*/5)`,
    fix: field.max === 6 && part === '7' ? 'write 0 for Sunday' : 'correct the field',
  });
  const match = /^(?:([*?])|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
  if (match === null) { return refuse(); }
  const [, any, from, to, step] = match;
  const number = (word: string): number => {
    const named = field.words?.indexOf(word.toLowerCase()) ?? -1;
    const value = named === -1 ? Number(word) : named + field.min;
    return /^\d+$/.test(word) || named !== -1 ? value : refuse();
  };
  if (any !== undefined && (step === undefined || Number(step) === 1)) { return undefined; }
  const first = any === undefined ? number(from!) : field.min;
  const last = to !== undefined ? number(to) : any === undefined && step === undefined ? first : field.max;
  const width = step === undefined ? 1 : Number(step);
  if (first < field.min || last > field.max || first > last || width === 0) { return refuse(); }
  return Array.from({ length: Math.floor((last - first) / width) + 1 }, (_, i) => first + i * width);
}

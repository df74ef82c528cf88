import type { Runtime, Value } from '../value.js';
import { toCount } from '../values/index.js';
import { daysInMonth, type Civil } from './calendar.js';

/** The date that a call names, each part within its limits. */
export function checked(args: readonly Value[], runtime: Runtime): Civil {
  const numbers = LIMITS.map(([name, low, high], i) => {
    const value = args[i] === undefined ? low : toCount(args[i], runtime);
    if (value < low || value > high)
      runtime.raise(
        'ValueError',
        `${name} must be in ${low}..${high}`.replace('year must be in 1..9999', 'year is out of range'),
      );
    return value;
  });
  const [year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0, microsecond = 0] = numbers;
  if (day > daysInMonth(year, month)) runtime.raise('ValueError', 'day is out of range for month');
  return { year, month, day, hour, minute, second, microsecond };
}

/** `[name, smallest, largest]` of each argument after the day. */
const LIMITS: ReadonlyArray<readonly [name: string, low: number, high: number]> = [
  ['year', 1, 9999],
  ['month', 1, 12],
  ['day', 1, 31],
  ['hour', 0, 23],
  ['minute', 0, 59],
  ['second', 0, 59],
  ['microsecond', 0, 999_999],
];

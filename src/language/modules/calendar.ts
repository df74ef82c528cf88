import type { Runtime } from '../value.js';

/** A point of civil time, in UTC: the machine's own zone has no part in a config. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
}

const DAY_SECONDS = 86_400;

/** Days since 1970-01-01 of a date of the proleptic Gregorian calendar (Howard Hinnant's algorithm). */
export function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function dateOfDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const part = Math.floor((5 * dayOfYear + 2) / 153);
  const month = part < 10 ? part + 3 : part - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * part + 2) / 5) + 1,
  };
}

export function secondsOf(civil: Civil): number {
  const { hour, minute, second } = civil;
  return daysOf(civil.year, civil.month, civil.day) * DAY_SECONDS + hour * 3600 + minute * 60 + second;
}

export function civilOf(seconds: number, microsecond = 0): Civil {
  const days = Math.floor(seconds / DAY_SECONDS);
  const rest = seconds - days * DAY_SECONDS;
  return {
    ...dateOfDays(days),
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: rest % 60,
    microsecond,
  };
}

/** Monday is 0. */
export function weekday(civil: Civil): number {
  return (((daysOf(civil.year, civil.month, civil.day) + 3) % 7) + 7) % 7;
}

export function dayOfYear(civil: Civil): number {
  return daysOf(civil.year, civil.month, civil.day) - daysOf(civil.year, 1, 1) + 1;
}

export function daysInMonth(year: number, month: number): number {
  return month === 12 ? 31 : daysOf(year, month + 1, 1) - daysOf(year, month, 1);
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

export function two(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}

/** `strftime`, in English. */
export function formatTime(format: string, civil: Civil, runtime: Runtime): string {
  runtime.charge(format.length, 8 * format.length);
  return format.replace(/%(.)/gs, (whole, code: string) => formatField(code, civil) ?? whole);
}

function formatField(code: string, civil: Civil): string | undefined {
  const day = DAYS[weekday(civil)] ?? '';
  const month = MONTHS[civil.month - 1] ?? '';
  const hour12 = civil.hour % 12 === 0 ? 12 : civil.hour % 12;
  switch (code) {
    case 'Y':
      return two(civil.year, 4);
    case 'y':
      return two(civil.year % 100);
    case 'm':
      return two(civil.month);
    case 'd':
      return two(civil.day);
    case 'e':
      return String(civil.day).padStart(2);
    case 'H':
      return two(civil.hour);
    case 'I':
      return two(hour12);
    case 'M':
      return two(civil.minute);
    case 'S':
      return two(civil.second);
    case 'f':
      return two(civil.microsecond, 6);
    case 'p':
      return civil.hour < 12 ? 'AM' : 'PM';
    case 'j':
      return two(dayOfYear(civil), 3);
    case 'w':
      return String((weekday(civil) + 1) % 7);
    case 'u':
      return String(weekday(civil) + 1);
    case 'a':
      return day.slice(0, 3);
    case 'A':
      return day;
    case 'b':
    case 'h':
      return month.slice(0, 3);
    case 'B':
      return month;
    case 'F':
      return `${two(civil.year, 4)}-${two(civil.month)}-${two(civil.day)}`;
    case 'T':
      return `${two(civil.hour)}:${two(civil.minute)}:${two(civil.second)}`;
    case 'D':
      return `${two(civil.month)}/${two(civil.day)}/${two(civil.year % 100)}`;
    case 'c':
      return `${day.slice(0, 3)} ${month.slice(0, 3)} ${String(civil.day).padStart(2)} ${two(civil.hour)}:${two(civil.minute)}:${two(civil.second)} ${civil.year}`;
    case 's':
      return String(secondsOf(civil));
    case 'z':
      return '';
    case 'Z':
      return 'UTC';
    case '%':
      return '%';
    default:
      return undefined;
  }
}

/** `strptime`: the fields that a format names; undefined when the text does not fit. */
export function parseTime(text: string, format: string): Civil | undefined {
  const names: string[] = [];
  const pattern = format.replace(
    /%(.)|([.*+?^${}()|[\]\\])|\s+/gs,
    (whole, code: string | undefined, special: string | undefined) => {
      if (special !== undefined) return `\\${special}`;
      if (code === undefined) return '\\s+';
      const field = FIELDS.get(code);
      if (field === undefined) return code === '%' ? '%' : whole;
      names.push(code);
      return field;
    },
  );
  const match = new RegExp(`^${pattern}$`, 'i').exec(text);
  if (!match) return undefined;
  const civil = { year: 1900, month: 1, day: 1, hour: 0, minute: 0, second: 0, microsecond: 0 };
  let afternoon: boolean | undefined;
  names.forEach((name, i) => {
    const value = match[i + 1] ?? '';
    const number = Number(value);
    if (name === 'Y') civil.year = number;
    else if (name === 'y') civil.year = number + (number < 69 ? 2000 : 1900);
    else if (name === 'm') civil.month = number;
    else if (name === 'd') civil.day = number;
    else if (name === 'H' || name === 'I') civil.hour = number;
    else if (name === 'M') civil.minute = number;
    else if (name === 'S') civil.second = number;
    else if (name === 'f') civil.microsecond = Number(value.padEnd(6, '0'));
    else if (name === 'b' || name === 'B') {
      civil.month = MONTHS.findIndex((month) => month.toLowerCase().startsWith(value.toLowerCase())) + 1;
    } else if (name === 'p') afternoon = value.toLowerCase() === 'pm';
  });
  if (afternoon !== undefined) civil.hour = (civil.hour % 12) + (afternoon ? 12 : 0);
  return civil;
}

const FIELDS: ReadonlyMap<string, string> = new Map([
  ['Y', '(\\d{4})'],
  ['y', '(\\d{2})'],
  ['m', '(1[0-2]|0?[1-9])'],
  ['d', '(3[01]|[12]\\d|0?[1-9])'],
  ['H', '(2[0-3]|[01]?\\d)'],
  ['I', '(1[0-2]|0?[1-9])'],
  ['M', '([0-5]?\\d)'],
  ['S', '(6[01]|[0-5]?\\d)'],
  ['f', '(\\d{1,6})'],
  ['b', `(${MONTHS.map((month) => month.slice(0, 3)).join('|')})`],
  ['B', `(${MONTHS.join('|')})`],
  ['a', `(${DAYS.map((day) => day.slice(0, 3)).join('|')})`],
  ['A', `(${DAYS.join('|')})`],
  ['p', '(AM|PM)'],
  ['j', '(\\d{1,3})'],
  ['z', '([-+]\\d{2}:?\\d{2}|Z)?'],
]);

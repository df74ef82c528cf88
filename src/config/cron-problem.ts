/** The fields of a crontab line, with the names that may stand for numbers. */
const FIELDS: ReadonlyArray<readonly [title: string, low: number, high: number, names: readonly string[]]> = [
  ['minute', 0, 59, []],
  ['hour', 0, 23, []],
  ['day of month', 1, 31, []],
  ['month', 1, 12, ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']],
  ['day of week', 0, 6, ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']],
];

/** Why the scheduler will refuse a cron schedule; undefined when it will take it. A template is left alone. */
export function cronProblem(schedule: string): string | undefined {
  if (schedule.includes('{{')) return undefined;
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) {
    return `"${schedule}" is no cron schedule: it has ${fields.length} fields instead of 5 (minute, hour, day of month, month, day of week)`;
  }
  for (const [index, [title, low, high, names]] of FIELDS.entries()) {
    const field = fields[index] ?? '';
    const bad = field.split(',').find((part) => !isPart(part, low, high, names));
    if (bad !== undefined)
      return `"${bad}" is no ${title} (${low}-${high}) in the cron schedule "${schedule}"`;
  }
  if (fields[2] !== '*' && fields[4] !== '*') {
    return `the cron schedule "${schedule}" sets both day of month and day of week: one of them must be *`;
  }
  return undefined;
}

function isPart(part: string, low: number, high: number, names: readonly string[]): boolean {
  const match = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
  if (!match) return false;
  const numbers = [match[1], match[2]]
    .filter((each) => each !== undefined)
    .map((each) => toNumber(each, low, names));
  if (numbers.some((each) => Number.isNaN(each) || each < low || each > high)) return false;
  const step = match[3];
  return step === undefined || Number(step) > 0;
}

function toNumber(text: string, low: number, names: readonly string[]): number {
  if (/^\d+$/.test(text)) return Number(text);
  const index = names.indexOf(text.toUpperCase());
  return index < 0 ? NaN : index + low;
}

import { NOT_IMPLEMENTED, type DictKey, type Maybe, type Runtime, type Value } from '../value.js';
import { Float } from '../value.js';
import { toText } from '../values/index.js';
import { methodTable, type MethodTable } from '../values/method-table.js';
import { NativeObject } from '../values/native-object.js';
import { Tuple } from '../values/tuple.js';
import { civilOf, dayOfYear, daysOf, formatTime, secondsOf, two, weekday, type Civil } from './calendar.js';
import { checked } from './civil-arguments.js';
import { TimeDelta } from './time-delta.js';

export type DateKind = 'date' | 'datetime';

/** A date, or a point of time in UTC. */
export class DateTime extends NativeObject {
  constructor(
    readonly kind: DateKind,
    readonly civil: Civil,
  ) {
    super();
  }

  typeName(): string {
    return this.kind;
  }

  protected methods(): MethodTable<never> {
    return this.kind === 'date' ? dateMethods : dateTimeMethods;
  }

  /** Microseconds since 1970: exact, as doubles hold 2^53. */
  get microseconds(): number {
    return secondsOf(this.civil) * 1e6 + this.civil.microsecond;
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    const { civil } = this;
    switch (name) {
      case 'year':
        return civil.year;
      case 'month':
        return civil.month;
      case 'day':
        return civil.day;
      case 'tzinfo':
        return null;
      default:
    }
    if (this.kind === 'datetime') {
      switch (name) {
        case 'hour':
          return civil.hour;
        case 'minute':
          return civil.minute;
        case 'second':
          return civil.second;
        case 'microsecond':
          return civil.microsecond;
        default:
      }
    }
    return super.getAttribute(name, runtime);
  }

  override str(): string {
    return this.isoText(' ');
  }

  override repr(): string {
    const { year, month, day, hour, minute, second, microsecond } = this.civil;
    const parts = [year, month, day];
    if (this.kind === 'datetime')
      parts.push(
        hour,
        minute,
        ...(second > 0 || microsecond > 0 ? [second] : []),
        ...(microsecond > 0 ? [microsecond] : []),
      );
    return `datetime.${this.kind}(${parts.join(', ')})`;
  }

  isoText(separator: string): string {
    const { year, month, day, hour, minute, second, microsecond } = this.civil;
    const date = `${two(year, 4)}-${two(month)}-${two(day)}`;
    if (this.kind === 'date') return date;
    const fraction = microsecond > 0 ? `.${two(microsecond, 6)}` : '';
    return `${date}${separator}${two(hour)}:${two(minute)}:${two(second)}${fraction}`;
  }

  override equals(other: Value): boolean {
    return other instanceof DateTime && other.kind === this.kind && other.microseconds === this.microseconds;
  }

  override compare(other: Value, runtime: Runtime): Maybe<number> {
    if (!(other instanceof DateTime)) return NOT_IMPLEMENTED;
    if (other.kind !== this.kind)
      return runtime.raise('TypeError', `can't compare ${this.kind} to ${other.kind}`);
    return this.microseconds - other.microseconds;
  }

  override dictKey(): DictKey {
    return `\0d${this.kind}${this.microseconds}`;
  }

  override binary(operator: string, other: Value, reflected: boolean, runtime: Runtime): Maybe<Value> {
    if (other instanceof TimeDelta && (operator === '+' || (operator === '-' && !reflected))) {
      return this.#moved(operator === '+' ? other.microseconds : -other.microseconds, runtime);
    }
    if (operator === '-' && !reflected && other instanceof DateTime) {
      return new TimeDelta(this.microseconds - other.microseconds);
    }
    return NOT_IMPLEMENTED;
  }

  #moved(by: number, runtime: Runtime): DateTime {
    const total = this.microseconds + by;
    const seconds = Math.floor(total / 1e6);
    const civil = civilOf(seconds, total - seconds * 1e6);
    if (civil.year < 1 || civil.year > 9999) return runtime.raise('OverflowError', 'date value out of range');
    return new DateTime(
      this.kind,
      this.kind === 'date' ? { ...civil, hour: 0, minute: 0, second: 0, microsecond: 0 } : civil,
    );
  }
}

const dateRows: Parameters<typeof methodTable<DateTime>>[0] = [
  [
    'strftime',
    '_format',
    (self, [format], runtime) => formatTime(toText(format as Value, runtime), self.civil, runtime),
  ],
  ['isoformat', 'sep?', (self, [separator = 'T'], runtime) => self.isoText(toText(separator, runtime))],
  ['weekday', '', (self) => weekday(self.civil)],
  ['isoweekday', '', (self) => weekday(self.civil) + 1],
  ['toordinal', '', (self) => daysOf(self.civil.year, self.civil.month, self.civil.day) + 719_163],
  [
    'timetuple',
    '',
    ({ civil }) =>
      new Tuple([
        civil.year,
        civil.month,
        civil.day,
        civil.hour,
        civil.minute,
        civil.second,
        weekday(civil),
        dayOfYear(civil),
        -1,
      ]),
  ],
  ['ctime', '', (self, _args, runtime) => formatTime('%c', self.civil, runtime)],
  [
    '__format__',
    '_spec',
    (self, [spec], runtime) =>
      spec === '' ? self.str() : formatTime(toText(spec as Value, runtime), self.civil, runtime),
  ],
  [
    'replace',
    'year? month? day? hour? minute? second? microsecond?',
    (self, args, runtime) => {
      const { year, month, day, hour, minute, second, microsecond } = self.civil;
      const values = [year, month, day, hour, minute, second, microsecond].map(
        (value, i) => args[i] ?? value,
      );
      return new DateTime(self.kind, checked(values, runtime));
    },
  ],
];

const dateMethods = methodTable<DateTime>(dateRows);

const dateTimeMethods = methodTable<DateTime>([
  ...dateRows,
  [
    'date',
    '',
    (self) => new DateTime('date', { ...self.civil, hour: 0, minute: 0, second: 0, microsecond: 0 }),
  ],
  ['timestamp', '', (self) => new Float(self.microseconds / 1e6)],
]);

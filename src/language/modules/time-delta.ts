import { floatOf } from '../operators/number-of.js';
import { Float, NOT_IMPLEMENTED, type DictKey, type Maybe, type Runtime, type Value } from '../value.js';
import { methodTable, type MethodTable } from '../values/method-table.js';
import { NativeObject } from '../values/native-object.js';
import { two } from './calendar.js';

const DAY = 86_400e6;

/** A span of time, in whole microseconds. */
export class TimeDelta extends NativeObject {
  constructor(readonly microseconds: number) {
    super();
  }

  typeName(): string {
    return 'timedelta';
  }

  protected methods(): MethodTable<never> {
    return deltaMethods;
  }

  get days(): number {
    return Math.floor(this.microseconds / DAY);
  }

  /** Seconds and microseconds after the days, never negative. */
  get rest(): number {
    return this.microseconds - this.days * DAY;
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    if (name === 'days') return this.days;
    if (name === 'seconds') return Math.floor(this.rest / 1e6);
    if (name === 'microseconds') return this.rest % 1e6;
    return super.getAttribute(name, runtime);
  }

  override str(): string {
    const seconds = Math.floor(this.rest / 1e6);
    const fraction = this.rest % 1e6;
    const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}${fraction > 0 ? `.${two(fraction, 6)}` : ''}`;
    if (this.days === 0) return clock;
    return `${this.days} day${Math.abs(this.days) === 1 ? '' : 's'}, ${clock}`;
  }

  override repr(runtime: Runtime): string {
    const seconds = Math.floor(this.rest / 1e6);
    const fraction = this.rest % 1e6;
    if (runtime.python3) {
      const named = [
        ['days', this.days],
        ['seconds', seconds],
        ['microseconds', fraction],
      ] as const;
      const shown = named.filter(([, value]) => value !== 0).map(([name, value]) => `${name}=${value}`);
      return `datetime.timedelta(${shown.join(', ') || '0'})`;
    }
    const parts =
      fraction > 0 ? [this.days, seconds, fraction] : seconds > 0 ? [this.days, seconds] : [this.days];
    return `datetime.timedelta(${parts.join(', ')})`;
  }

  override truthy(): boolean {
    return this.microseconds !== 0;
  }

  override equals(other: Value): boolean {
    return other instanceof TimeDelta && other.microseconds === this.microseconds;
  }

  override compare(other: Value): Maybe<number> {
    return other instanceof TimeDelta ? this.microseconds - other.microseconds : NOT_IMPLEMENTED;
  }

  override dictKey(): DictKey {
    return `\0dd${this.microseconds}`;
  }

  override binary(operator: string, other: Value, reflected: boolean, runtime: Runtime): Maybe<Value> {
    if (other instanceof TimeDelta) return this.#withDelta(operator, other, reflected, runtime);
    const factor = floatOf(other);
    if (factor === undefined) return NOT_IMPLEMENTED;
    if (operator === '*') return new TimeDelta(Math.round(this.microseconds * factor));
    if (reflected || (operator !== '/' && operator !== '//')) return NOT_IMPLEMENTED;
    if (factor === 0) return runtime.raise('ZeroDivisionError', 'integer division or modulo by zero');
    return new TimeDelta(
      operator === '//' ? Math.floor(this.microseconds / factor) : Math.round(this.microseconds / factor),
    );
  }

  #withDelta(operator: string, other: TimeDelta, reflected: boolean, runtime: Runtime): Maybe<Value> {
    const [left, right] = reflected ? [other, this] : [this, other];
    if (operator === '+') return new TimeDelta(left.microseconds + right.microseconds);
    if (operator === '-') return new TimeDelta(left.microseconds - right.microseconds);
    if (operator !== '/' && operator !== '//') return NOT_IMPLEMENTED;
    if (right.microseconds === 0)
      return runtime.raise('ZeroDivisionError', 'integer division or modulo by zero');
    const quotient = left.microseconds / right.microseconds;
    return operator === '/' ? new Float(quotient) : Math.floor(quotient);
  }

  override unary(operator: string): Maybe<Value> {
    if (operator === '-') return new TimeDelta(0 - this.microseconds);
    return operator === '+' ? this : NOT_IMPLEMENTED;
  }
}

const deltaMethods = methodTable<TimeDelta>([
  ['total_seconds', '', (self) => new Float(self.microseconds / 1e6)],
]);

/** Microseconds of one unit of each argument of `timedelta(...)`. */
const UNITS = [DAY, 1e6, 1, 1e3, 60e6, 3600e6, 7 * DAY];

export function deltaFrom(args: readonly Value[], runtime: Runtime): Value {
  let total = 0;
  UNITS.forEach((unit, i) => {
    const value = args[i];
    if (value === undefined) return;
    const number = floatOf(value);
    if (number === undefined)
      runtime.raise('TypeError', `unsupported type for timedelta component: ${runtime.typeName(value)}`);
    else total += number * unit;
  });
  if (!(Math.abs(total) < 8.64e19))
    return runtime.raise('OverflowError', 'days out of range; must have magnitude <= 999999999');
  return new TimeDelta(Math.round(total) + 0);
}

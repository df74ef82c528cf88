import { floatOf } from '../operators/number-of.js';
import type { Evaluator } from '../interpreter.js';
import { Float, type Runtime, type Value } from '../value.js';
import { toText } from '../values/index.js';
import { Tuple } from '../values/tuple.js';
import { civilOf, dayOfYear, formatTime, parseTime, secondsOf, weekday, type Civil } from './calendar.js';
import { makeNamedTuple } from './named-tuple.js';
import { moduleNames, refusedFunction } from './names.js';

/** `time`: the host's clock, in UTC. */
export function timeModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const structType = makeNamedTuple(
    'time.struct_time',
    ['tm_year', 'tm_mon', 'tm_mday', 'tm_hour', 'tm_min', 'tm_sec', 'tm_wday', 'tm_yday', 'tm_isdst'],
    runtime,
  );
  const struct = (civil: Civil): Value =>
    structType.create(
      [
        civil.year,
        civil.month,
        civil.day,
        civil.hour,
        civil.minute,
        civil.second,
        weekday(civil),
        dayOfYear(civil),
        0,
      ],
      runtime,
    );
  const at = (seconds: Value | undefined, inner: Runtime): Civil =>
    civilOf(
      Math.floor(seconds === undefined || seconds === null ? nowSeconds(runtime) : real(seconds, inner)),
    );
  return moduleNames(
    [
      ['time', '', () => new Float(nowSeconds(runtime))],
      ['clock', '', () => new Float(monotonic(runtime))],
      ['monotonic', '', () => new Float(monotonic(runtime))],
      ['perf_counter', '', () => new Float(monotonic(runtime))],
      ['gmtime', '_seconds?', ([seconds], inner) => struct(at(seconds, inner))],
      ['localtime', '_seconds?', ([seconds], inner) => struct(at(seconds, inner))],
      ['mktime', '_tuple', ([tuple], inner) => new Float(secondsOf(civilFrom(tuple, inner)))],
      [
        'strftime',
        '_format _tuple?',
        ([format, tuple], inner) =>
          formatTime(
            toText(format as Value, inner),
            tuple === undefined ? at(undefined, inner) : civilFrom(tuple, inner),
            inner,
          ),
      ],
      [
        'strptime',
        '_string _format?',
        ([text, format = '%a %b %d %H:%M:%S %Y'], inner) =>
          struct(parsed(toText(text as Value, inner), toText(format, inner), inner)),
      ],
      ['ctime', '_seconds?', ([seconds], inner) => formatTime('%c', at(seconds, inner), inner)],
      [
        'asctime',
        '_tuple?',
        ([tuple], inner) =>
          formatTime('%c', tuple === undefined ? at(undefined, inner) : civilFrom(tuple, inner), inner),
      ],
    ],
    [
      ['sleep', refusedFunction('sleep', 'waiting changes nothing here')],
      ['timezone', 0],
      ['altzone', 0],
      ['daylight', 0],
      ['tzname', new Tuple(['UTC', 'UTC'])],
    ],
  );
}

export function nowSeconds(runtime: Evaluator): number {
  runtime.refuseHermetic('reading the clock');
  return runtime.options.host.clock.nowMs() / 1000;
}

function monotonic(runtime: Evaluator): number {
  runtime.refuseHermetic('reading the clock');
  return runtime.options.host.clock.monotonicMs() / 1000;
}

export function parsed(text: string, format: string, runtime: Runtime): Civil {
  const civil = parseTime(text, format);
  return (
    civil ??
    runtime.raise(
      'ValueError',
      `time data ${runtime.repr(text)} does not match format ${runtime.repr(format)}`,
    )
  );
}

function real(value: Value, runtime: Runtime): number {
  return floatOf(value) ?? runtime.raise('TypeError', 'a float is required');
}

function civilFrom(value: Value | undefined, runtime: Runtime): Civil {
  const [year, month, day, hour, minute, second] = value instanceof Tuple ? value.items : [];
  if (second === undefined) return runtime.raise('TypeError', 'argument must be sequence of length 9');
  const part = (item: Value | undefined): number => (typeof item === 'number' ? item : 0);
  return {
    year: part(year),
    month: part(month),
    day: part(day),
    hour: part(hour),
    minute: part(minute),
    second: part(second),
    microsecond: 0,
  };
}

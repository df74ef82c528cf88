import type { Evaluator } from '../interpreter.js';
import type { Runtime, Value } from '../value.js';
import { BuiltinType } from '../values/builtin-type.js';
import { toText } from '../values/index.js';
import { nativeFunction, type NativeCall } from '../values/native-function.js';
import { civilOf, type Civil } from './calendar.js';
import { checked } from './civil-arguments.js';
import { DateTime, type DateKind } from './date-time.js';
import { moduleNames } from './names.js';
import { TimeDelta, deltaFrom } from './time-delta.js';
import { nowSeconds, parsed } from './time.js';
import { floatOf } from '../operators/number-of.js';

/** `datetime`: dates, points of time and spans, all in UTC and without time zones. */
export function datetimeModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const now = (kind: DateKind): Value => {
    const seconds = nowSeconds(runtime);
    const whole = Math.floor(seconds);
    const civil = civilOf(whole, Math.floor((seconds - whole) * 1e6));
    return new DateTime(kind, kind === 'date' ? midnight(civil) : civil);
  };
  return moduleNames(
    [],
    [
      ['datetime', dateTimeType(now)],
      ['date', dateType(now)],
      ['timedelta', timeDeltaType],
      ['MINYEAR', 1],
      ['MAXYEAR', 9999],
    ],
  );
}

function dateTimeType(now: (kind: DateKind) => Value): BuiltinType {
  return new BuiltinType('datetime', {
    parameters: 'year month day hour? minute? second? microsecond? tzinfo?',
    construct: (args, runtime) => new DateTime('datetime', checked(args, runtime)),
    is: (value) => value instanceof DateTime && value.kind === 'datetime',
    statics: moduleNames([
      ['now', 'tz?', () => now('datetime')],
      ['utcnow', '', () => now('datetime')],
      ['today', '', () => now('datetime')],
      ['fromtimestamp', '_timestamp tz?', ([seconds], runtime) => fromTimestamp(seconds as Value, runtime)],
      ['utcfromtimestamp', '_timestamp', ([seconds], runtime) => fromTimestamp(seconds as Value, runtime)],
      [
        'strptime',
        '_string _format',
        ([text, format], runtime) =>
          new DateTime(
            'datetime',
            parsed(toText(text as Value, runtime), toText(format as Value, runtime), runtime),
          ),
      ],
    ]),
  });
}

function dateType(now: (kind: DateKind) => Value): BuiltinType {
  return new BuiltinType('date', {
    parameters: 'year month day',
    construct: (args, runtime) => new DateTime('date', checked(args, runtime)),
    is: (value) => value instanceof DateTime,
    statics: new Map([['today', nativeFunction('today', '', () => now('date'))]]),
  });
}

const timeDeltaType = new BuiltinType('timedelta', {
  parameters: 'days? seconds? microseconds? milliseconds? minutes? hours? weeks?',
  construct: (args: readonly Value[], runtime: Runtime, _call: NativeCall) => deltaFrom(args, runtime),
  is: (value) => value instanceof TimeDelta,
});

function midnight(civil: Civil): Civil {
  return { ...civil, hour: 0, minute: 0, second: 0, microsecond: 0 };
}

function fromTimestamp(value: Value, runtime: Runtime): Value {
  const seconds = floatOf(value) ?? runtime.raise('TypeError', 'a float is required');
  const micros = Math.round(seconds * 1e6);
  const whole = Math.floor(micros / 1e6);
  if (!(Math.abs(whole) < 253_402_300_800)) return runtime.raise('ValueError', 'year is out of range');
  return new DateTime('datetime', civilOf(whole, micros - whole * 1e6));
}

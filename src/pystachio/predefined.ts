import { type Value } from '../language/value.js';
import { nativeFunction, type NativeBody } from '../language/values/native-function.js';
import { ChoiceType } from './choice-type.js';
import { EMPTY } from './empty.js';
import { makeEnum } from './enum-type.js';
import { mergedEnvironment } from './environment.js';
import { libraryClasses, libraryModules } from './library-modules.js';
import { required, withDefault } from './field.js';
import { ListType } from './list-type.js';
import { MapType } from './map-type.js';
import { PystachioError, raising } from './pystachio-error.js';
import { PystachioType } from './pystachio-type.js';
import { sequenceItems } from './python-values.js';
import { RefValue } from './ref-value.js';
import { Ref } from './ref.js';
import { BooleanType, FloatType, IntegerType, StringType } from './simple.js';
import { STRUCT } from './struct-definition.js';
import type { Runtime } from '../language/value.js';

/** What `from pystachio import *` brings: every config starts with it. */
export function pystachioNames(): ReadonlyMap<string, Value> {
  if (!names) {
    const own = publicNames();
    names = new Map<string, Value>([...own, ...libraryModules(own)]);
  }
  return names;
}

/** Made once: an import of a name gives what the name already is. */
let names: ReadonlyMap<string, Value> | undefined;

function publicNames(): Map<string, Value> {
  return new Map<string, Value>([
    ...libraryClasses(),
    ['String', StringType],
    ['Integer', IntegerType],
    ['Float', FloatType],
    ['Boolean', BooleanType],
    ['Struct', STRUCT],
    ['Empty', EMPTY],
    ['List', guarded('List', 'type', ([type], runtime) => new ListType(typeOf(type, 'List', runtime)))],
    [
      'Map',
      guarded('Map', 'key value', ([key, value], runtime) => {
        return new MapType(typeOf(key, 'Map', runtime), typeOf(value, 'Map', runtime));
      }),
    ],
    ['Enum', guarded('Enum', '*', (args, runtime) => makeEnum(args, runtime))],
    ['Choice', guarded('Choice', '*', makeChoice)],
    [
      'Required',
      guarded('Required', 'type', ([type], runtime) => required(typeOf(type, 'Required', runtime))),
    ],
    [
      'Default',
      guarded('Default', 'type value', ([type, value], runtime) => {
        return withDefault(typeOf(type, 'Default', runtime), value as Value, runtime);
      }),
    ],
    [
      'Ref',
      guarded('Ref', 'address', ([address], runtime) => new RefValue(Ref.parse(runtime.str(address ?? '')))),
    ],
    [
      'Environment',
      guarded('Environment', '* **', (args, runtime, { keywords, site }) => {
        return mergedEnvironment(args, keywords, site, runtime);
      }),
    ],
  ]);
}

function guarded(name: string, parameters: string, body: NativeBody): Value {
  return nativeFunction(name, parameters, (args, runtime, call) =>
    raising(runtime, () => body(args, runtime, call)),
  );
}

function typeOf(value: Value | undefined, owner: string, runtime: Runtime): PystachioType {
  if (value instanceof PystachioType) return value;
  const shown = value === undefined ? 'nothing' : runtime.repr(value);
  throw new PystachioError('TypeError', `${owner} takes a type such as String or Integer, got ${shown}`, {
    code: 'wrong-type',
  });
}

/** `Choice([A, B])`, `Choice('Name', [A, B])`. */
const makeChoice: NativeBody = (args, runtime) => {
  const named = args.length === 2 && typeof args[0] === 'string';
  const items = sequenceItems((named ? args[1] : args[0]) ?? null, runtime);
  if (!items || args.length > 2) {
    throw new PystachioError('TypeError', 'Choice takes a list of types: Choice([Integer, String])');
  }
  const types = items.map((item) => typeOf(item, 'Choice', runtime));
  const name = named ? (args[0] as string) : `Choice_${types.map((type) => type.name).join('_')}`;
  return new ChoiceType(name, types);
};

import { nativeFunction } from '../values/native-function.js';
import type { Keywords, Runtime, Value } from '../value.js';
import { BUILTIN_TYPES } from '../builtins/types.js';
import { ClassMethod, Property, StaticMethod } from '../values/descriptors.js';
import { MethodFunction } from '../values/method-function.js';
import { Dict } from '../values/dict.js';
import { TupleInstance } from '../values/instances.js';
import { Tuple } from '../values/tuple.js';
import { UserClass } from '../values/user-class.js';

export interface NamedTupleType {
  readonly cls: UserClass;
  create(values: readonly Value[], runtime: Runtime): Value;
}

/** A class of tuples whose places have names. */
export function makeNamedTuple(
  name: string,
  fields: readonly string[],
  runtime: Runtime,
  defaults: readonly Value[] = [],
): NamedTupleType {
  const attributes = new Map<string, Value>([
    ['_fields', new Tuple(fields)],
    ['__doc__', `${name}(${fields.join(', ')})`],
  ]);
  const tupleType = BUILTIN_TYPES.get('tuple');
  const cls = new UserClass(name, tupleType ? [tupleType] : [], attributes, undefined, runtime);
  const create = (owner: UserClass, values: readonly Value[]): Value => {
    const instance = new TupleInstance(values);
    instance.adopt(owner);
    return instance;
  };
  const items = (value: Value | undefined): readonly Value[] => (value instanceof Tuple ? value.items : []);
  fields.forEach((field, index) => {
    const getter = nativeFunction(field, '_self', ([self]) => items(self)[index] as Value);
    attributes.set(field, new Property(getter, null, null));
  });
  attributes.set(
    '__new__',
    new StaticMethod(
      nativeFunction('__new__', '* **', ([owner, ...args], inner, { keywords }) =>
        create(
          owner instanceof UserClass ? owner : cls,
          place(name, fields, defaults, args, keywords, inner),
        ),
      ),
    ),
  );
  attributes.set(
    '_make',
    new ClassMethod(
      nativeFunction('_make', '_cls _iterable', ([owner, iterable], inner) => {
        const values = [...inner.iterate(iterable as Value)];
        return create(owner as UserClass, place(name, fields, [], values, new Map(), inner));
      }),
    ),
  );
  attributes.set(
    '_asdict',
    method('_asdict', '', (self, _keywords, inner) => asDict(self, fields, inner)),
  );
  attributes.set(
    '_replace',
    method('_replace', '**', (self, keywords, inner) => {
      for (const key of keywords.keys()) {
        if (!fields.includes(key)) inner.raise('ValueError', `Got unexpected field names: ['${key}']`);
      }
      return create(
        cls,
        fields.map((field, i) => keywords.get(field) ?? valueAt(self, i, keywords, field)),
      );
    }),
  );
  attributes.set(
    '__repr__',
    method('__repr__', '', (self, _keywords, inner) => {
      const shown = fields.map((field, i) => `${field}=${inner.repr(self.items[i] as Value)}`);
      return `${inner.typeName(self)}(${shown.join(', ')})`;
    }),
  );
  return { cls, create: (values) => create(cls, values) };
}

/** None is a value, too: `??` alone would miss it. */
function valueAt(self: Tuple, index: number, keywords: Keywords, field: string): Value {
  return keywords.has(field) ? null : (self.items[index] as Value);
}

function method(
  name: string,
  parameters: string,
  body: (self: Tuple, keywords: Keywords, runtime: Runtime) => Value,
): MethodFunction {
  return new MethodFunction(name, parameters, ([self], runtime, { keywords }) =>
    body(self as Tuple, keywords, runtime),
  );
}

function asDict(self: Tuple, fields: readonly string[], runtime: Runtime): Dict {
  return Dict.fromEntries(
    fields.map((field, i) => [field, self.items[i] as Value] as const),
    runtime,
  );
}

function place(
  name: string,
  fields: readonly string[],
  defaults: readonly Value[],
  args: readonly Value[],
  keywords: Keywords,
  runtime: Runtime,
): Value[] {
  const values: (Value | undefined)[] = [...args];
  const count = fields.length + 1;
  if (args.length > fields.length) {
    runtime.raise('TypeError', `__new__() takes exactly ${count} arguments (${args.length + 1} given)`);
  }
  for (const [key, value] of keywords) {
    const index = fields.indexOf(key);
    if (index < 0)
      runtime.raise('TypeError', `__new__() got an unexpected keyword argument '${key}'`, {
        notes: [`${name} has the fields ${fields.join(', ')}`],
      });
    if (values[index] !== undefined)
      runtime.raise('TypeError', `__new__() got multiple values for keyword argument '${key}'`);
    values[index] = value;
  }
  return fields.map((_, index) => {
    const value =
      values[index] ?? (values[index] === null ? null : defaults[index - (fields.length - defaults.length)]);
    if (value !== undefined) return value;
    const given = values.filter((item) => item !== undefined).length + 1;
    return runtime.raise('TypeError', `__new__() takes exactly ${count} arguments (${given} given)`, {
      notes: [`${name} has the fields ${fields.join(', ')}`],
    });
  });
}

import { Float, type Runtime, type Value } from '../language/value.js';
import { List } from '../language/values/list.js';
import { nativeFunction, type NativeBody } from '../language/values/native-function.js';
import { EMPTY } from '../pystachio/empty.js';
import { ListObject } from '../pystachio/list-type.js';
import { PystachioError, raising } from '../pystachio/pystachio-error.js';
import { PystachioObject } from '../pystachio/pystachio-object.js';
import { sequenceItems } from '../pystachio/python-values.js';
import { IntegerType, SimpleObject } from '../pystachio/simple.js';
import { StructObject } from '../pystachio/struct-object.js';
import { NamespaceObject } from './namespace-object.js';
import { Resources } from './thermos-schema.js';

/** `Units`: arithmetic on parts of tasks. Results of the resource functions always set all dimensions. */
export function unitNames(): Map<string, Value> {
  const rows: ReadonlyArray<readonly [string, string, NativeBody]> = [
    ['safe_get', 'value', ([value], runtime) => safeGet(value ?? null, runtime)],
    ['optional_resources', 'resources', ([value], runtime) => resourcesSum([value ?? null], runtime)],
    ['resources_sum', '*', (args, runtime) => resourcesSum(args, runtime)],
    ['resources_max', 'resources', ([items], runtime) => resourcesMax(itemsOf(items, runtime), runtime)],
    ['finalization_wait_sum', 'waits', ([items], runtime) => totalOf(itemsOf(items, runtime), runtime)],
    ['finalization_wait_max', 'waits', ([items], runtime) => largestOf(itemsOf(items, runtime), runtime)],
    [
      'processes_merge',
      'tasks',
      ([items], runtime) => new List(mergeProcesses(tasksOf(items, runtime), runtime)),
    ],
    [
      'constraints_merge',
      'tasks',
      ([items], runtime) => new List(mergeConstraints(tasksOf(items, runtime), runtime)),
    ],
  ];
  const members = rows.map(([name, parameters, body]): [string, Value] => {
    const guarded: NativeBody = (args, runtime, call) => raising(runtime, () => body(args, runtime, call));
    return [name, nativeFunction(name, parameters, guarded)];
  });
  return new Map([['Units', new NamespaceObject('Units', new Map(members))]]);
}

type Amounts = ReadonlyArray<Value | PystachioObject | undefined>;

export function resourcesSum(all: Amounts, runtime: Runtime): StructObject {
  return foldResources(all, (a, b) => add(a, b), runtime);
}

export function resourcesMax(all: Amounts, runtime: Runtime): StructObject {
  return foldResources(all, (a, b) => (runtime.compare(a, b) >= 0 ? a : b), runtime);
}

export function finalizationSum(tasks: readonly StructObject[], runtime: Runtime): PystachioObject {
  return wait(
    totalOf(
      tasks.map((task) => task.read('finalization_wait', runtime) ?? EMPTY),
      runtime,
    ),
  );
}

export function finalizationMax(tasks: readonly StructObject[], runtime: Runtime): PystachioObject {
  return wait(
    largestOf(
      tasks.map((task) => task.read('finalization_wait', runtime) ?? EMPTY),
      runtime,
    ),
  );
}

/** All processes, each once, in the order in which they are first seen. */
export function mergeProcesses(tasks: readonly StructObject[], runtime: Runtime): PystachioObject[] {
  return distinct(
    tasks.flatMap((task) => elementsOf(task, 'processes', runtime)),
    runtime,
  );
}

export function mergeConstraints(tasks: readonly StructObject[], runtime: Runtime): PystachioObject[] {
  return distinct(
    tasks.flatMap((task) => elementsOf(task, 'constraints', runtime)),
    runtime,
  );
}

function elementsOf(task: StructObject, field: string, runtime: Runtime): readonly PystachioObject[] {
  const list = task.read(field, runtime);
  if (list instanceof ListObject) return list.elements;
  if (field === 'constraints') return [];
  throw new PystachioError('TypeError', `'type' object is not iterable`, {
    span: task.origin?.span(),
    notes: [`the task has no ${field}`],
    suggestion: `Give it ${field}=[].`,
  });
}

function distinct(objects: readonly PystachioObject[], runtime: Runtime): PystachioObject[] {
  const seen = new Map<unknown, PystachioObject>();
  for (const object of objects) {
    const key = object.dictKey(runtime);
    if (!seen.has(key)) seen.set(key, object);
  }
  return [...seen.values()];
}

function foldResources(all: Amounts, fold: (a: Value, b: Value) => Value, runtime: Runtime): StructObject {
  const values = Resources.fields.map((field) => {
    const amounts = all.map((each) =>
      each instanceof StructObject ? amountOf(each.read(field.name, runtime) ?? EMPTY, runtime) : 0,
    );
    return field.type.wrap(amounts.reduce(fold, 0), undefined, runtime);
  });
  return new StructObject(Resources, values, null, undefined);
}

function safeGet(value: Value, runtime: Runtime): Value {
  if (value === EMPTY) return 0;
  return value instanceof PystachioObject ? value.plain(runtime) : value;
}

/** A number; a template that is still open cannot be added up. */
function amountOf(value: Value, runtime: Runtime): Value {
  const amount = safeGet(value, runtime);
  if (typeof amount !== 'string') return amount;
  throw new PystachioError('TypeError', `unsupported operand type(s) for +: 'int' and 'unicode'`, {
    notes: [`${runtime.repr(amount)} is not bound yet: only numbers can be added or compared`],
  });
}

function add(a: Value, b: Value): Value {
  if (a instanceof Float || b instanceof Float) return new Float(toNumber(a) + toNumber(b));
  const sum = BigInt(a as number | bigint) + BigInt(b as number | bigint);
  return Number.isSafeInteger(Number(sum)) ? Number(sum) : sum;
}

function toNumber(value: Value): number {
  return value instanceof Float ? value.value : Number(value);
}

function totalOf(waits: readonly Value[], runtime: Runtime): Value {
  return waits.map((each) => amountOf(each, runtime)).reduce((a, b) => add(a, b), 0);
}

function largestOf(waits: readonly Value[], runtime: Runtime): Value {
  return waits
    .map((each) => amountOf(each, runtime))
    .reduce((a, b) => (runtime.compare(a, b) >= 0 ? a : b), 0);
}

function wait(seconds: Value): PystachioObject {
  return new SimpleObject(IntegerType, seconds, null);
}

function itemsOf(value: Value | undefined, runtime: Runtime): readonly Value[] {
  return (value !== undefined && sequenceItems(value, runtime)) || [];
}

function tasksOf(value: Value | undefined, runtime: Runtime): StructObject[] {
  return itemsOf(value, runtime).filter((item) => item instanceof StructObject);
}

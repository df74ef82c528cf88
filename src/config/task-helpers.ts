import { withArticle } from '../language/text/article.js';
import type { CallSite, Keywords, Runtime, Value } from '../language/value.js';
import { List } from '../language/values/list.js';
import { nativeFunction, type NativeBody } from '../language/values/native-function.js';
import { Float } from '../language/value.js';
import { EMPTY } from '../pystachio/empty.js';
import { ListObject } from '../pystachio/list-type.js';
import { PystachioError, raising } from '../pystachio/pystachio-error.js';
import type { PystachioObject } from '../pystachio/pystachio-object.js';
import { StructObject } from '../pystachio/struct-object.js';
import type { StructType } from '../pystachio/struct-type.js';
import { NamespaceObject } from './namespace-object.js';
import { Constraint, Process, SIMPLE_RESOURCES, Task } from './thermos-schema.js';
import {
  finalizationMax,
  finalizationSum,
  mergeConstraints,
  mergeProcesses,
  resourcesMax,
  resourcesSum,
} from './units.js';

/** `order`, `SimpleTask`, `SequentialTask`, `combine_tasks`, `concat_tasks` and the classes that group them. */
export function taskHelperNames(): Map<string, Value> {
  const order = guarded('order', '*', (args, runtime, { site }) => orderOf(args, site, runtime));
  const simple = guarded('SimpleTask', 'name command', ([name, command], runtime, { site }) =>
    simpleTask(name as Value, command as Value, site, runtime),
  );
  const sequential = guarded('sequential', 'task', ([task], runtime, { site }) =>
    sequence(asTask(task as Value, runtime), site, runtime),
  );
  const combine = guarded('combine_tasks', '* **', combineTasks);
  const concat = guarded('concat_tasks', '* **', concatTasks);
  return new Map<string, Value>([
    ['order', order],
    ['Processes', new NamespaceObject('Processes', new Map([['order', order]]))],
    ['SimpleTask', simple],
    [
      'SequentialTask',
      guarded('SequentialTask', '* **', (args, runtime, { keywords, site }) =>
        sequence(Task.call(args, keywords, site, runtime) as StructObject, site, runtime),
      ),
    ],
    ['combine_tasks', combine],
    ['concat_tasks', concat],
    [
      'Tasks',
      new NamespaceObject(
        'Tasks',
        new Map<string, Value>([
          ['simple', simple],
          ['sequential', sequential],
          ['combine', combine],
          ['concat', concat],
          ['SIMPLE_CPU', new Float(1)],
          ['SIMPLE_RAM', 1_073_741_824],
          ['SIMPLE_DISK', 1_073_741_824],
        ]),
      ),
    ],
  ]);
}

function guarded(name: string, parameters: string, body: NativeBody): Value {
  return nativeFunction(name, parameters, (args, runtime, call) =>
    raising(runtime, () => body(args, runtime, call)),
  );
}

/** A list of one Constraint over the names of processes. */
function orderOf(items: readonly Value[], site: CallSite, runtime: Runtime): List {
  const names = items.map((item, index): Value => {
    if (typeof item === 'string') return item;
    if (Process.accepts(item)) return item.read('name', runtime) ?? EMPTY;
    throw new PystachioError('ValueError', `Unknown value for process order: ${runtime.repr(item)}`, {
      span: site.argumentSpan(index),
      notes: [`order() takes processes and names of processes, got ${withArticle(runtime.typeName(item))}`],
      suggestion: item instanceof List ? 'Spread the list: order(*processes).' : undefined,
    });
  });
  return new List([make(Constraint, [['order', new List(names)]], site, runtime)]);
}

function make(
  type: StructType,
  fields: ReadonlyArray<readonly [string, Value]>,
  site: CallSite,
  runtime: Runtime,
): StructObject {
  return type.call([], new Map(fields), site, runtime) as StructObject;
}

function simpleTask(name: Value, command: Value, site: CallSite, runtime: Runtime): StructObject {
  const process = make(
    Process,
    [
      ['name', name],
      ['cmdline', command],
    ],
    site,
    runtime,
  );
  return make(
    Task,
    [
      ['name', name],
      ['processes', new List([process])],
      ['resources', SIMPLE_RESOURCES],
    ],
    site,
    runtime,
  );
}

function asTask(value: Value, runtime: Runtime): StructObject {
  if (Task.accepts(value)) return value;
  throw new PystachioError('ValueError', `expected a Task, got ${runtime.repr(value)}`, {
    code: 'wrong-type',
  });
}

/** The task with its processes ordered as they stand in the list. */
function sequence(task: StructObject, site: CallSite, runtime: Runtime): StructObject {
  const constraints = task.read('constraints', runtime);
  if (constraints instanceof ListObject && constraints.elements.length > 0) {
    throw new PystachioError(
      'ValueError',
      'Cannot turn a Task with existing constraints into a SequentialTask!',
      {
        span: site.span,
        notes: ['SequentialTask orders all its processes by their place in the list'],
        suggestion: 'Use Task(...) with these constraints, or leave the constraints out.',
      },
    );
  }
  const processes = task.read('processes', runtime);
  if (!(processes instanceof ListObject)) return task;
  const ordered = orderOf(processes.elements, site, runtime);
  const withOrder = task.with(new Map([['constraints', ordered]]), undefined, runtime);
  return withOrder;
}

const COMPUTED = ['constraints', 'resources', 'finalization_wait'] as const;

type Fields = Array<readonly [string, PystachioObject | List]>;

const combineTasks: NativeBody = (args, runtime, { keywords, site }) => {
  if (args.length === 0) return make(Task, [...keywords], site, runtime);
  const tasks = args.map((argument) => asTask(argument, runtime));
  const fields: Fields = [
    ['processes', new List(mergeProcesses(tasks, runtime))],
    ['constraints', new List(mergeConstraints(tasks, runtime))],
    [
      'resources',
      resourcesSum(
        tasks.map((task) => task.read('resources', runtime)),
        runtime,
      ),
    ],
    ['finalization_wait', finalizationMax(tasks, runtime)],
  ];
  return merged(tasks, fields, keywords, site, runtime);
};

/** As combine, in sequence: every process of a task runs before every process of the next. */
const concatTasks: NativeBody = (args, runtime, { keywords, site }) => {
  if (args.length === 0) return make(Task, [...keywords], site, runtime);
  const tasks = args.map((argument) => asTask(argument, runtime));
  const fields: Fields = [
    ['processes', new List(mergeProcesses(tasks, runtime))],
    ['constraints', new List([...mergeConstraints(tasks, runtime), ...links(tasks, site, runtime)])],
    [
      'resources',
      resourcesMax(
        tasks.map((task) => task.read('resources', runtime)),
        runtime,
      ),
    ],
    ['finalization_wait', finalizationSum(tasks, runtime)],
  ];
  return merged(tasks, fields, keywords, site, runtime);
};

function merged(
  tasks: readonly StructObject[],
  fields: Fields,
  keywords: Keywords,
  site: CallSite,
  runtime: Runtime,
): StructObject {
  const twice = COMPUTED.find((name) => keywords.has(name));
  if (twice !== undefined) {
    throw new PystachioError('TypeError', `Task object got multiple values for keyword argument '${twice}'`, {
      span: site.keywordSpan(twice),
      notes: [`${twice} is computed from the tasks`],
      suggestion: `Override it afterwards: combine_tasks(...)(${twice}=...).`,
    });
  }
  const last = tasks.at(-1) as StructObject;
  return last.with(new Map<string, Value>([...fields, ...keywords]), site, runtime);
}

function links(tasks: readonly StructObject[], site: CallSite, runtime: Runtime): StructObject[] {
  const result: StructObject[] = [];
  for (let index = 1; index < tasks.length; index++) {
    const [before, after] = [tasks[index - 1], tasks[index]].map((task) =>
      mergeProcesses([task as StructObject], runtime),
    );
    for (const first of before ?? []) {
      for (const second of after ?? []) {
        if (first.sameAs(second, runtime)) continue;
        runtime.charge(1, 64);
        result.push(...(orderOf([first, second], site, runtime).items as StructObject[]));
      }
    }
  }
  return result;
}

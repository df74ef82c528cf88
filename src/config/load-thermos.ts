import { evaluate } from '../language/evaluate.js';
import type { Evaluation } from '../language/evaluate-options.js';
import { nativeFunction } from '../language/values/native-function.js';
import type { Ref } from '../pystachio/ref.js';
import { Scopes } from '../pystachio/scope.js';
import { StructObject } from '../pystachio/struct-object.js';
import { bindingEnvironment } from './bindings.js';
import { checkFailed } from './check-failure.js';
import { guarded } from './config-error.js';
import { configModules } from './config-modules.js';
import { dataOf, type DataMap } from './data.js';
import { CONFIG_EXCEPTIONS } from './exceptions.js';
import type { LoadOptions } from './loaded-config.js';
import { thermosNames } from './predefined-names.js';
import { readSource } from './read-source.js';
import { Task } from './thermos-schema.js';

/** A task that a `.thermos` file exported, interpolated as far as its bindings go. */
export interface ExportedTask {
  readonly name: string;
  /** Fields in their JSON names; references that nothing binds are still `{{...}}`. */
  readonly data: DataMap;
}

/** Runs a `.thermos` file and gives the tasks it handed to `export`, in that order. Throws a DiagnosticError. */
export function loadThermosTasks(path: string, options: LoadOptions): ExportedTask[] {
  const exported: StructObject[] = [];
  const exportTask = nativeFunction('export', 'task', ([given], runtime, { site }) => {
    if (given instanceof StructObject && given.type.name === Task.name) exported.push(given);
    else
      exported.push(Task.call(given === undefined ? [] : [given], new Map(), site, runtime) as StructObject);
    return null;
  });
  const evaluation = evaluate(readSource(path, options.host), {
    host: options.host,
    globals: new Map([...thermosNames(), ['export', exportTask], ...(options.globals ?? [])]),
    modules: configModules(),
    exceptions: CONFIG_EXCEPTIONS,
    hermetic: options.hermetic ?? false,
    ...(options.print && { onPrint: options.print }),
  });
  return guarded(evaluation, () => exported.map((task) => interpolated(task, evaluation, options)));
}

function interpolated(task: StructObject, evaluation: Evaluation, options: LoadOptions): ExportedTask {
  const bindings = bindingEnvironment(options.bindings ?? []);
  const bound = bindings ? task.withScopes(new Scopes(bindings, task.scopes)) : task;
  const { runtime } = evaluation;
  const unbound: Ref[] = [];
  const failure = bound.check(null, runtime);
  if (failure) throw checkFailed(failure, bound, 'task', runtime);
  const data = dataOf(bound.interpolate(null, unbound, runtime), runtime) as DataMap;
  const name = data.get('name');
  return { name: typeof name === 'string' ? name : '', data };
}

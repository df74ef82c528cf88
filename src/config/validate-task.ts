import { nearest } from '../base/nearest.js';
import type { Span } from '../base/source.js';
import type { Runtime } from '../language/value.js';
import { narrow } from '../pystachio/origin.js';
import type { Ref } from '../pystachio/ref.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { failureDetails } from './check-failure.js';
import { ConfigError, invalidConfig, type ErrorDetails } from './config-error.js';
import { elementsOf, flagOf, structsOf, textOf } from './plain-fields.js';
import type { PickedJob } from './prepare-job.js';
import { isPlanFailure, planProcesses, type PlanFailure, type PlannedProcess } from './process-plan.js';
import { PORTS_REF } from './runtime-refs.js';
import { unboundDetails } from './unbound-details.js';

const PROCESS_NAME = /^[^./][^/]*$/;

/**
 * Whether an interpolated task could run: names, types, plan, references. `unbound` are the references left in
 * it. The first failure is refused as `Task is invalid: ...`.
 */
export function validateTask(
  task: StructObject,
  unbound: readonly Ref[],
  picked: PickedJob,
  runtime: Runtime,
): void {
  validateNames(task, runtime);
  const failure = task.checkStored(runtime);
  if (failure) {
    const place = `jobs[${picked.index}].task`;
    const details = failureDetails(failure, picked.job, place, runtime);
    throw invalidTask(`Failed to fully evaluate task: ${failure.message}`, details);
  }
  validatePlan(task, runtime);
  refuseUnbound(
    unbound.filter((ref) => !isBoundByRunner(ref)),
    picked,
    runtime,
  );
}

/** What the runner binds in a task, once the executor has bound the instance. */
function isBoundByRunner(ref: Ref): boolean {
  if (ref.address === 'thermos.task_id' || ref.address === 'thermos.user') return true;
  return ref.isBelow(PORTS_REF) && ref.components.length === 3 && ref.components[2]?.kind === 'index';
}

function invalidTask(message: string, details: ErrorDetails): ConfigError {
  return invalidConfig(`Task is invalid: ${message}`, details);
}

function validateNames(task: StructObject, runtime: Runtime): void {
  for (const [index, process] of structsOf(task, 'processes').entries()) {
    const name = textOf(process, 'name', runtime);
    const { origin } = process;
    if (name === undefined) {
      throw new ConfigError('AttributeError', "type object 'Empty' has no attribute 'get'", {
        code: 'missing-field',
        span: origin?.span(),
        notes: [`task.processes[${index}].name is missing`],
        suggestion: 'Add name=... to the process.',
      });
    }
    if (PROCESS_NAME.test(name)) continue;
    throw invalidTask(`Task has invalid process: Invalid process name: ${name}`, {
      code: 'bad-process-name',
      span: origin?.partSpan('name') ?? origin?.span(),
      notes: ['a process name is a file name: not empty, no "/", and it does not begin with "."'],
    });
  }
}

function validatePlan(task: StructObject, runtime: Runtime): void {
  const orders = structsOf(task, 'constraints').map((constraint, index) => {
    if (constraint.has('order')) return elementsOf(constraint, 'order').map((name) => name.text(runtime));
    throw new ConfigError('AttributeError', "type object 'Empty' has no attribute 'get'", {
      code: 'missing-field',
      span: constraint.origin?.span(),
      notes: [`task.constraints[${index}] has no order`],
      suggestion: "Write Constraint(order=['first', 'second']), or order(first, second).",
    });
  });
  for (const final of [false, true]) {
    const processes = structsOf(task, 'processes')
      .filter((process) => flagOf(process, 'final') === final)
      .map((process) => toPlanned(process, runtime));
    const plan = planProcesses(processes, orders);
    if (isPlanFailure(plan)) throw badPlan(plan, task, runtime);
  }
}

export function toPlanned(process: StructObject, runtime: Runtime): PlannedProcess {
  return {
    name: textOf(process, 'name', runtime) ?? '',
    daemon: flagOf(process, 'daemon'),
    ephemeral: flagOf(process, 'ephemeral'),
  };
}

function badPlan(failure: PlanFailure, task: StructObject, runtime: Runtime): ConfigError {
  const known = structsOf(task, 'processes').map((process) => textOf(process, 'name', runtime) ?? '');
  return invalidTask(`Task has invalid plan: ${failure.message}`, {
    code: 'bad-order',
    span: orderSpan(failure, task),
    notes: [planNote(failure, known)],
    suggestion: suggestName(failure, known),
  });
}

/** The name inside the order, where the program wrote it as text. */
function orderSpan(failure: PlanFailure, task: StructObject): Span | undefined {
  const constraint = failure.order === undefined ? undefined : structsOf(task, 'constraints')[failure.order];
  const written = constraint?.origin?.span();
  const span = written ?? task.origin?.partSpan('constraints') ?? task.origin?.span();
  const [name] = failure.names;
  return span && name !== undefined ? narrow(span, name) : span;
}

function planNote(failure: PlanFailure, known: readonly string[]): string {
  if (failure.message.startsWith('Cycles')) {
    return `the order of the processes is a cycle: ${[...failure.names, failure.names[0]].join(' -> ')}`;
  }
  const unknown = failure.names.filter((name) => !known.includes(name));
  if (failure.names.length === 0) return 'an order must name at least one process';
  if (unknown.length > 0) {
    return `order() names ${unknown.map((name) => `"${name}"`).join(', ')}, but the processes are ${known.join(', ')}`;
  }
  if (failure.message.startsWith('Invalid')) {
    return 'an order cannot mix final processes with others: final processes run when all others have ended';
  }
  return 'a process that may run for ever cannot come before one that waits for its end';
}

function suggestName(failure: PlanFailure, known: readonly string[]): string | undefined {
  const unknown = failure.names.find((name) => !known.includes(name));
  const meant = unknown === undefined ? undefined : nearest(unknown, known);
  return meant && `Did you mean "${meant}"?`;
}

function refuseUnbound(unbound: readonly Ref[], picked: PickedJob, runtime: Runtime): void {
  const refs = [...new Set(unbound)].sort((a, b) => (a.address < b.address ? -1 : 1));
  const [first] = refs;
  if (!first) return;
  const tags = refs.map((ref) => ref.tag).join(' ');
  throw invalidTask(
    `Unexpected unbound refs: ${tags}. Make sure you are not nesting template variables.`,
    unboundDetails(first, picked.job, runtime, `jobs[${picked.index}]`),
  );
}

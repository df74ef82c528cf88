import { nearest } from '../base/nearest.js';
import type { Span } from '../base/source.js';
import type { Runtime } from '../language/value.js';
import { narrow } from '../pystachio/origin.js';
import type { Ref } from '../pystachio/ref.js';
import { Scopes } from '../pystachio/scope.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { failureDetails } from './check-failure.js';
import { ConfigError, invalidConfig, type ErrorDetails } from './config-error.js';
import { elementsOf, flagOf, structOf, structsOf, textOf } from './plain-fields.js';
import type { PickedJob } from './prepare-job.js';
import { isPlanFailure, planProcesses, type PlanFailure, type PlannedProcess } from './process-plan.js';
import { SAMPLE_INSTANCE, sampleTask } from './runtime-refs.js';
import { unboundDetails } from './unbound-details.js';

const PROCESS_NAME = /^[^./][^/]*$/;

/**
 * Whether the task could run, seen with a sample instance number and host: names, types, plan, references.
 * The first failure is refused as `Task is invalid: ...`.
 */
export function validateTask(picked: PickedJob, runtime: Runtime): void {
  const task = structOf(picked.interpolated, 'task');
  if (!task) return;
  const scopes = new Scopes(SAMPLE_INSTANCE, null);
  const sample = picked.interpolated.withScopes(scopes).read('task', runtime) as StructObject;
  validateNames(sample, task, runtime);
  const failure = sample.check(null, runtime);
  if (failure) {
    const place = `jobs[${picked.index}].task`;
    const details = failureDetails(failure, picked.job, place, runtime);
    throw invalidTask(`Failed to fully evaluate task: ${failure.message}`, details);
  }
  validatePlan(sample, task, runtime);
  const unbound: Ref[] = [];
  if (!sample.isTemplated()) return;
  sample
    .withScopes(new Scopes(sampleTask(portNames(sample, runtime)), null))
    .interpolate(null, unbound, runtime);
  refuseUnbound(unbound, picked, runtime);
}

function invalidTask(message: string, details: ErrorDetails): ConfigError {
  return invalidConfig(`Task is invalid: ${message}`, details);
}

/** Ports are known by the names under which the processes ask for them. */
function portNames(task: StructObject, runtime: Runtime): Set<string> {
  const unbound: Ref[] = [];
  task.interpolate(null, unbound, runtime);
  const names = new Set<string>();
  for (const ref of unbound) {
    const [first, second, third] = ref.components;
    if (first?.name === 'thermos' && second?.name === 'ports' && third?.kind === 'index')
      names.add(third.name);
  }
  return names;
}

function validateNames(sample: StructObject, task: StructObject, runtime: Runtime): void {
  for (const [index, process] of structsOf(sample, 'processes').entries()) {
    const name = textOf(process, 'name', runtime);
    const { origin } = structsOf(task, 'processes')[index] ?? process;
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

function validatePlan(sample: StructObject, task: StructObject, runtime: Runtime): void {
  const orders = structsOf(sample, 'constraints').map((constraint, index) => {
    if (constraint.has('order')) return elementsOf(constraint, 'order').map((name) => name.text(runtime));
    throw new ConfigError('AttributeError', "type object 'Empty' has no attribute 'get'", {
      code: 'missing-field',
      span: constraint.origin?.span(),
      notes: [`task.constraints[${index}] has no order`],
      suggestion: "Write Constraint(order=['first', 'second']), or order(first, second).",
    });
  });
  for (const final of [false, true]) {
    const processes = structsOf(sample, 'processes')
      .filter((process) => flagOf(process, 'final') === final)
      .map((process) => toPlanned(process, runtime));
    const plan = planProcesses(processes, orders);
    if (isPlanFailure(plan)) throw badPlan(plan, sample, task, runtime);
  }
}

export function toPlanned(process: StructObject, runtime: Runtime): PlannedProcess {
  return {
    name: textOf(process, 'name', runtime) ?? '',
    daemon: flagOf(process, 'daemon'),
    ephemeral: flagOf(process, 'ephemeral'),
  };
}

function badPlan(
  failure: PlanFailure,
  sample: StructObject,
  task: StructObject,
  runtime: Runtime,
): ConfigError {
  const known = structsOf(sample, 'processes').map((process) => textOf(process, 'name', runtime) ?? '');
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
    unboundDetails(first, picked.job, runtime),
  );
}

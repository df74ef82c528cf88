import type { Diagnostic } from '../base/diagnostic.js';
import type { Span } from '../base/source.js';
import type { Runtime } from '../language/value.js';
import { ChoiceObject } from '../pystachio/choice-type.js';
import { narrow } from '../pystachio/origin.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { cronProblem } from './cron-problem.js';
import { chosenOf, elementsOf, flagOf, structOf, structsOf, textOf } from './plain-fields.js';
import type { PickedJob } from './prepare-job.js';
import { announcedPorts, referencedPorts } from './requested-ports.js';

/** What is allowed and probably not meant. */
export function warnAboutJob(picked: PickedJob): Diagnostic[] {
  const { runtime } = picked.config.evaluation;
  const job = picked.interpolated;
  const task = structOf(job, 'task');
  return [
    ...(task ? [...repeatedNames(task, runtime), ...orderWarnings(task, runtime)] : []),
    ...(task ? portWarnings(job, task, runtime) : []),
    ...cronWarnings(job, runtime),
    ...deprecatedFields(job, runtime),
  ];
}

function warning(code: string, message: string, span: Span | undefined, suggestion?: string): Diagnostic {
  return { severity: 'warning', code, message, ...(span && { span }), ...(suggestion && { suggestion }) };
}

function nameOf(process: StructObject, runtime: Runtime): string {
  return textOf(process, 'name', runtime) ?? '';
}

function repeatedNames(task: StructObject, runtime: Runtime): Diagnostic[] {
  const seen = new Set<string>();
  return structsOf(task, 'processes').flatMap((process): Diagnostic[] => {
    const name = nameOf(process, runtime);
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [
      warning(
        'repeated-process',
        `two processes of the task are called "${name}": only the last one runs`,
        process.origin?.partSpan('name') ?? process.origin?.span(),
        'Give one of them another name.',
      ),
    ];
  });
}

/** Orders that name nothing, and regular processes that the orders leave out while they name others. */
function orderWarnings(task: StructObject, runtime: Runtime): Diagnostic[] {
  const processes = structsOf(task, 'processes');
  const names = new Set(processes.map((process) => nameOf(process, runtime)));
  const ordered = new Set<string>();
  const found: Diagnostic[] = [];
  for (const constraint of structsOf(task, 'constraints')) {
    const order = elementsOf(constraint, 'order').map((name) => name.text(runtime));
    for (const name of order) ordered.add(name);
    if (order.some((name) => names.has(name))) continue;
    const span = constraint.origin?.span() ?? task.origin?.partSpan('constraints');
    found.push(
      warning(
        'order-names-nothing',
        `this order names no process of the task: ${order.join(', ')}`,
        span && narrow(span, order[0] ?? ''),
        `The processes are ${[...names].join(', ')}.`,
      ),
    );
  }
  if (![...ordered].some((name) => names.has(name))) return found;
  for (const process of processes) {
    const name = nameOf(process, runtime);
    if (
      ordered.has(name) ||
      (['final', 'daemon', 'ephemeral'] as const).some((mark) => flagOf(process, mark))
    )
      continue;
    found.push(
      warning(
        'unordered-process',
        `process "${name}" stands in no order: it runs at once, beside the ordered ones`,
        process.origin?.span(),
        'Name it in order(...), or mark it daemon or ephemeral if that is meant.',
      ),
    );
  }
  return found;
}

/** Without an announcer nobody else can learn which port was given. */
function portWarnings(job: StructObject, task: StructObject, runtime: Runtime): Diagnostic[] {
  if (!job.has('announce')) return [];
  const announced = announcedPorts(job, runtime);
  const known = new Set([...announced.keys(), ...announced.values()]);
  known.add(textOf(structOf(job, 'announce') ?? job, 'primary_port', runtime) ?? '');
  // The health checker looks for a port of this name by itself.
  known.add('health');
  return [...referencedPorts(task, runtime)]
    .filter((port) => !known.has(port))
    .map((port) =>
      warning(
        'unannounced-port',
        `port "${port}" is requested but not announced`,
        job.origin?.partSpan('announce') ?? job.origin?.span(),
        `Add it to the announcer: portmap={'${port}': '${port}-...'}, or leave it private.`,
      ),
    );
}

function cronWarnings(job: StructObject, runtime: Runtime): Diagnostic[] {
  const schedule = textOf(job, 'cron_schedule', runtime);
  if (!schedule) return [];
  const span = job.origin?.partSpan('cron_schedule') ?? job.origin?.span();
  const problem = cronProblem(schedule);
  const found = problem === undefined ? [] : [warning('bad-cron-schedule', problem, span)];
  if (flagOf(job, 'service')) {
    found.push(
      warning(
        'cron-service',
        'a service cannot run on a cron schedule: the scheduler refuses it',
        span,
        'Use Job(...).',
      ),
    );
  }
  return found;
}

function deprecatedFields(job: StructObject, runtime: Runtime): Diagnostic[] {
  const found: Diagnostic[] = [];
  const container = job.field('container');
  const chosen = chosenOf(job, 'container');
  if (container instanceof ChoiceObject && chosen?.type.name === 'Container') {
    const span = chosen.origin?.span() ?? job.origin?.partSpan('container');
    found.push(
      warning(
        'deprecated-field',
        'Container(docker=...) is the old form',
        span,
        'Write container=Docker(...).',
      ),
    );
  }
  if (textOf(job, 'cron_collision_policy', runtime)?.toUpperCase() === 'RUN_OVERLAP') {
    const span = job.origin?.partSpan('cron_collision_policy') ?? job.origin?.span();
    found.push(
      warning(
        'deprecated-value',
        'RUN_OVERLAP is deprecated: the scheduler treats it as CANCEL_NEW',
        span,
        "Write cron_collision_policy='CANCEL_NEW'.",
      ),
    );
  }
  return found;
}

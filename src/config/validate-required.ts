import type { Runtime } from '../language/value.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { invalidConfig, refusing } from './config-error.js';

const REQUIRED_FIRST = ['cluster', 'task', 'role'] as const;

/** Refuses a job that misses what no later step can do without, in the original's order. */
export function validateRequired(job: StructObject, runtime: Runtime): void {
  for (const field of REQUIRED_FIRST) {
    if (job.has(field)) continue;
    const title = field.charAt(0).toUpperCase() + field.slice(1);
    throw invalidConfig(`${title} required for job "${jobName(job, runtime)}"`, {
      code: 'missing-field',
      span: job.origin?.span(),
      origin: job.origin,
      notes: [`MesosJob[${field}] is required`],
      suggestion: `Add ${field}=... to the job.`,
    });
  }
  const task = job.field('task') as StructObject;
  if (task.has('processes')) return;
  throw invalidConfig(`Processes required for task on job "${jobName(job, runtime)}"`, {
    code: 'missing-field',
    span: task.origin?.span() ?? job.origin?.partSpan('task'),
    origin: task.origin ?? job.origin,
    suggestion: 'Add processes=[...] to the task.',
  });
}

function jobName(job: StructObject, runtime: Runtime): string {
  return refusing(() => job.read('name', runtime)?.text(runtime)) ?? '';
}

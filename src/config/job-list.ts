import type { Span } from '../base/source.js';
import type { Evaluation } from '../language/evaluate-options.js';
import type { Value } from '../language/value.js';
import { sequenceItems } from '../pystachio/python-values.js';
import { StructObject } from '../pystachio/struct-object.js';
import { MesosJob } from './aurora-schema.js';
import { ConfigError } from './config-error.js';

/** The jobs that a file puts into its list `jobs`; none when there is no such name. */
export function jobsOf(evaluation: Evaluation): StructObject[] {
  const value = evaluation.globals.get('jobs');
  if (value === undefined) return [];
  const span = evaluation.definitionSpan('jobs');
  const items = sequenceItems(value, evaluation.runtime);
  if (!items) throw notSequence(value, evaluation, span);
  return items.map((item, index) => {
    if (MesosJob.accepts(item)) return item;
    throw notJob(item, index, evaluation, span);
  });
}

function notSequence(value: Value, evaluation: Evaluation, span: Span | undefined): ConfigError {
  const type = evaluation.runtime.typeName(value);
  const single = MesosJob.accepts(value);
  const message = type === 'dict' ? '0' : `object of type '${type}' has no len()`;
  return new ConfigError(type === 'dict' ? 'KeyError' : 'TypeError', message, {
    span,
    code: 'jobs-not-a-list',
    notes: [`"jobs" must be a list of jobs, got a ${type}`],
    suggestion: single ? 'Put the job in brackets: jobs = [job].' : undefined,
  });
}

function notJob(item: Value, index: number, evaluation: Evaluation, span: Span | undefined): ConfigError {
  const type = evaluation.runtime.typeName(item);
  return new ConfigError('AttributeError', `'${type}' object has no attribute 'has_cluster'`, {
    span,
    code: 'not-a-job',
    notes: [`jobs[${index}] must be a Job, got a ${type}`],
    suggestion:
      type === 'dict'
        ? 'Write Job(**fields), or Service(**fields).'
        : 'Only Job(...) and Service(...) make jobs.',
  });
}

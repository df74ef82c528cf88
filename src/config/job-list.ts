import { withArticle } from '../language/text/article.js';
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
  const isDict = type === 'dict';
  const message = isDict ? '0' : `object of type '${type}' has no len()`;
  return new ConfigError(isDict ? 'KeyError' : 'TypeError', message, {
    span,
    code: 'jobs-not-a-list',
    headline: `"jobs" must be a list of jobs, got ${withArticle(type)}`,
    notes: isDict ? [] : [`the original client says: ${message}`],
    suggestion: single ? 'Put the job in brackets: jobs = [job].' : undefined,
  });
}

function notJob(item: Value, index: number, evaluation: Evaluation, span: Span | undefined): ConfigError {
  const type = evaluation.runtime.typeName(item);
  const message = `'${type}' object has no attribute 'has_cluster'`;
  return new ConfigError('AttributeError', message, {
    span,
    code: 'not-a-job',
    headline: `jobs[${index}] must be a Job, got ${withArticle(type)}`,
    notes: [`the original client says: ${message}`],
    suggestion:
      type === 'dict'
        ? 'Write Job(**fields), or Service(**fields).'
        : 'Only Job(...) and Service(...) make jobs.',
  });
}

import type { Runtime, Value } from '../language/value.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { MesosJob, Service } from './aurora-schema.js';
import { ConfigError } from './config-error.js';
import { keyText, matchesSelector } from './job-key-text.js';
import type { JobSelector, LoadedConfig } from './loaded-config.js';

/** A job and its place in the list. */
export interface Selection {
  readonly job: StructObject;
  readonly index: number;
}

/**
 * The job that a selector names. A selector without a name takes the only job there is. Keys are compared as
 * interpolated text, without wildcards.
 */
export function selectJob(config: LoadedConfig, selector: JobSelector): Selection {
  const { jobs } = config;
  const { runtime } = config.evaluation;
  const [only] = jobs;
  if (!only) throw noJobs(config);
  if (selector.name === undefined) {
    if (jobs.length === 1) return { job: only, index: 0 };
    throw new ConfigError('ValueError', 'Configuration has multiple jobs but no job name specified!', {
      code: 'ambiguous-job',
      span: config.evaluation.definitionSpan('jobs'),
      notes: candidates(jobs, runtime),
    });
  }
  const matching = jobs
    .map((job, index): Selection => ({ job, index }))
    .filter(({ job }) => matchesSelector(job, selector, runtime));
  const [first, second] = matching;
  if (!first) throw noMatch(config, selector);
  if (second) {
    const message = 'Multiple jobs match, please disambiguate by specifying a job key.';
    throw new ConfigError('ValueError', [message, ...candidates(jobs, runtime)].join('\n'), {
      code: 'duplicate-job',
      span: matching.at(-1)?.job.origin?.span(),
      notes: [`${matching.length} jobs of this file have that key`],
    });
  }
  return first;
}

function noJobs(config: LoadedConfig): ConfigError {
  const { evaluation, source } = config;
  const { globals } = evaluation;
  const assigned = evaluation.definitionSpan('jobs');
  const forgotten = [...globals.keys()].filter((name) => isOwnJob(globals.get(name)));
  const [name] = forgotten;
  const span = assigned ?? (name === undefined ? undefined : evaluation.definitionSpan(name));
  return new ConfigError('ValueError', 'No job defined in this config!', {
    code: 'no-jobs',
    span: span ?? { file: source, start: 0, end: 0 },
    notes: [assigned ? 'the list "jobs" is empty' : `${config.path} never sets the list "jobs"`],
    suggestion: assigned ? undefined : `End the file with: jobs = [${forgotten.join(', ') || 'job'}].`,
  });
}

/** A job that the file made, not the predefined ones. */
function isOwnJob(value: Value | undefined): boolean {
  return value !== undefined && value !== Service && MesosJob.accepts(value);
}

function noMatch(config: LoadedConfig, selector: JobSelector): ConfigError {
  const { runtime } = config.evaluation;
  const wanted = [selector.cluster, selector.role, selector.environment, selector.name];
  const missing = config.jobs
    .filter((job) => !job.has('environment'))
    .map((job) => `Job ${keyText(job, runtime)} in configuration file doesn't specify an environment`);
  const message = [
    `Could not find job ${wanted.map((part) => part ?? '*').join('/')}`,
    ...missing,
    ...candidates(config.jobs, runtime),
  ].join('\n');
  return new ConfigError('ValueError', message, { code: 'unknown-job' });
}

function candidates(jobs: readonly StructObject[], runtime: Runtime): string[] {
  return ['Candidates are:', ...jobs.map((job) => `  ${keyText(job, runtime)}`)];
}

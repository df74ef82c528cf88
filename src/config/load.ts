import type { SourceFile } from '../base/source.js';
import { evaluate } from '../language/evaluate.js';
import type { EvaluateOptions, Evaluation } from '../language/evaluate-options.js';
import type { Value } from '../language/value.js';
import type { Environment } from '../pystachio/environment.js';
import { sequenceItems } from '../pystachio/python-values.js';
import { Scopes } from '../pystachio/scope.js';
import { SimpleObject, StringType } from '../pystachio/simple.js';
import { StructObject } from '../pystachio/struct-object.js';
import { bindingEnvironment } from './bindings.js';
import { configModules } from './config-modules.js';
import { CONFIG_EXCEPTIONS } from './exceptions.js';
import { jobsOf } from './job-list.js';
import { jsonJobs } from './json-config.js';
import type { LoadedConfig, LoadOptions } from './loaded-config.js';
import { predefinedNames } from './predefined-names.js';
import { readSource } from './read-source.js';
import { guarded } from './config-error.js';

/**
 * Runs a config file and collects its jobs. Throws a DiagnosticError: for what the file itself does wrong, and
 * for `jobs` that are no jobs. That there are no jobs at all is found when one is picked.
 */
export function loadConfig(path: string, options: LoadOptions): LoadedConfig {
  const source = readSource(path, options.host);
  return loadConfigText(source, options);
}

/** As `loadConfig`, for a text that is already there: an editor's buffer, a test. */
export function loadConfigText(source: SourceFile, options: LoadOptions): LoadedConfig {
  const bindings = bindingEnvironment(options.bindings ?? []);
  const evaluation = evaluateConfig(options.readJson ? { path: source.path, text: '' } : source, options);
  return guarded(evaluation, () => {
    const found = options.readJson ? jsonJobs(source, evaluation.runtime) : jobsOf(evaluation);
    const config: LoadedConfig = {
      path: source.path,
      source,
      jobs: [],
      hooks: options.readJson ? [] : hooksOf(evaluation),
      warnings: [...evaluation.warnings],
      evaluation,
      options,
    };
    const jobs = found.map((job, index) => completed(job, index, bindings, config));
    return { ...config, jobs };
  });
}

/** Runs a file in the names that every config finds, the site's prelude first. */
export function evaluateConfig(source: SourceFile, options: LoadOptions): Evaluation {
  const shared: EvaluateOptions = {
    host: options.host,
    // The original's own import of it is visible in every config.
    imported: ['sys'],
    globals: new Map([...predefinedNames(), ...(options.globals ?? [])]),
    modules: configModules(),
    exceptions: CONFIG_EXCEPTIONS,
    mode: options.python3 ? 'python3' : 'python2',
    hermetic: options.hermetic ?? false,
    allowRun: new Set(options.allowRun ?? []),
    ...(options.budgets && { budgets: options.budgets }),
    ...(options.print && { onPrint: options.print }),
    ...(options.onMistake && { onMistake: options.onMistake }),
  };
  if (options.prelude === undefined) return evaluate(source, shared);
  const prelude = evaluate(readSource(options.prelude, options.host), shared);
  return evaluate(source, { ...shared, prelude });
}

function hooksOf(evaluation: Evaluation): readonly Value[] {
  const value = evaluation.globals.get('hooks');
  return value === undefined ? [] : (sequenceItems(value, evaluation.runtime) ?? []);
}

/** The job with `--bind` in front of its own bindings, and with the default environment where it has none. */
function completed(
  job: StructObject,
  index: number,
  bindings: Environment | undefined,
  config: LoadedConfig,
): StructObject {
  const bound = bindings ? job.withScopes(new Scopes(bindings, job.scopes)) : job;
  const { defaultEnvironment } = config.options;
  if (defaultEnvironment === undefined || bound.has('environment')) return bound;
  const span = job.origin?.span();
  config.warnings.push({
    severity: 'warning',
    code: 'default-environment',
    message: `jobs[${index}] names no environment: taking "${defaultEnvironment}"`,
    ...(span && { span }),
    suggestion: `Add environment='${defaultEnvironment}' to the job.`,
  });
  return withField(bound, 'environment', defaultEnvironment);
}

function withField(job: StructObject, field: string, text: string): StructObject {
  const values = job.values.slice();
  values[job.type.slots.get(field) as number] = new SimpleObject(StringType, text, null);
  return new StructObject(job.type, values, job.scopes, job.origin);
}

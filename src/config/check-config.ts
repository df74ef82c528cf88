import { onOneLine } from '../language/text/one-line.js';
import { DiagnosticError, type Diagnostic } from '../base/diagnostic.js';
import { UncaughtError } from '../language/exceptions/report.js';
import type { CheckFailure } from '../pystachio/check.js';
import { Scopes } from '../pystachio/scope.js';
import { failureDetails } from './check-failure.js';
import { collectFailures } from './collect-failures.js';
import { ConfigError, invalidConfig, guarded } from './config-error.js';
import { convertJob } from './convert.js';
import { loadConfig } from './load.js';
import type { LoadedConfig, LoadOptions } from './loaded-config.js';
import { prepareJob } from './prepare-job.js';
import { STANDARD_BINDINGS } from './runtime-refs.js';
import { updateSettings } from './update-settings.js';
import { warnAboutJob } from './warnings.js';

/**
 * Everything that is wrong with a config, and what is only doubtful, in the order of the file. Nothing is
 * sent anywhere. A mistake shared by several jobs is told once.
 */
export function checkConfig(path: string, options: LoadOptions): Diagnostic[] {
  const mistakes: Diagnostic[] = [];
  const onMistake = (mistake: Diagnostic): void => void mistakes.push(mistake);
  let config: LoadedConfig;
  try {
    config = loadConfig(path, { ...options, onMistake });
  } catch (error) {
    const leftOut = mistakes.some(({ code }) => code !== 'undefined-name');
    const last = leftOut && isConsequence(error) ? [] : diagnosticsOf(error);
    return inOrder(distinct([...mistakes, ...last]));
  }
  if (mistakes.length === 0) return checkLoadedConfig(config);
  // The steps that need whole jobs, and references, would only tell of what was left out.
  const found = config.jobs
    .flatMap((_, index) => valueFailures(config, index))
    .filter(({ code }) => code !== 'unbound-reference');
  return inOrder(distinct([...mistakes, ...found]));
}

/** What a program raises after a field was left out may well come of that. */
function isConsequence(error: unknown): boolean {
  if (!(error instanceof UncaughtError)) return error instanceof ConfigError;
  const independent = ['NameError', 'ImportError', 'EnvironmentError', 'RuntimeError'];
  return !error.exceptionTypes.some((type) => independent.includes(type));
}

export function checkLoadedConfig(config: LoadedConfig): Diagnostic[] {
  if (config.jobs.length === 0) return [...config.warnings, noJobs(config)];
  const found = config.jobs.flatMap((_, index) => checkJob(config, index));
  return inOrder(distinct([...config.warnings, ...duplicateKeys(config), ...found]));
}

/** A file that only defines things for others to include has no jobs: worth a remark, no mistake. */
function noJobs(config: LoadedConfig): Diagnostic {
  const span = config.evaluation.definitionSpan('jobs');
  return {
    severity: 'warning',
    code: 'no-jobs',
    message: `${config.path} defines no jobs`,
    ...(span && { span }),
    suggestion: 'A config ends with: jobs = [job].',
  };
}

function checkJob(config: LoadedConfig, index: number): readonly Diagnostic[] {
  const failures = valueFailures(config, index);
  if (failures.some(({ severity }) => severity === 'error')) return failures;
  const found: Diagnostic[] = [];
  const later = attempt(() => {
    const picked = prepareJob(config, index);
    found.push(...picked.warnings);
    found.push(...attempt(() => nothing(updateSettings(picked))));
    found.push(...attempt(() => nothing(convertJob(picked, { user: config.options.host.userName }))));
    return guarded(config.evaluation, () => warnAboutJob(picked));
  });
  return [...found, ...later];
}

function valueFailures(config: LoadedConfig, index: number): readonly Diagnostic[] {
  return attempt(() => guarded(config.evaluation, () => failuresOf(config, index)));
}

/** Defects of the job's own values; steps that need them whole are not tried then. */
function failuresOf(config: LoadedConfig, index: number): Diagnostic[] {
  const { runtime } = config.evaluation;
  const job = config.jobs[index];
  if (!job) return [];
  const bound = job.withScopes(new Scopes(STANDARD_BINDINGS, job.scopes));
  return onePerReference(collectFailures(bound, null, runtime)).flatMap((failure) => {
    const details = failureDetails(failure, bound, `jobs[${index}]`, runtime);
    return invalidConfig(plainMessage(failure), details).diagnostics.map((diagnostic) => ({
      ...diagnostic,
      message: plainMessage(failure),
    }));
  });
}

/** A text that takes over another one's open reference is not a second mistake. */
function onePerReference(failures: readonly CheckFailure[]): CheckFailure[] {
  const isWritten = ({ span, ref }: CheckFailure): boolean =>
    span !== undefined && ref !== undefined && span.file.text.slice(span.start, span.end).includes(ref.tag);
  const written = new Set(failures.filter(isWritten).map(({ ref }) => ref));
  const seen = new Set<unknown>();
  return failures.filter((failure) => {
    const { ref } = failure;
    if (!ref) return true;
    if (written.has(ref)) return isWritten(failure);
    const isFirst = !seen.has(ref);
    seen.add(ref);
    return isFirst;
  });
}

function plainMessage(failure: CheckFailure): string {
  const { headline } = failure.error?.details ?? {};
  return onOneLine(headline ?? failure.message.replace(/^Unable to interpolate: /, '').replace(/\.$/, ''));
}

function duplicateKeys(config: LoadedConfig): Diagnostic[] {
  const seen = new Map<string, number>();
  return config.jobs.flatMap((job, index): Diagnostic[] => {
    const { runtime } = config.evaluation;
    let key: string;
    try {
      key = guarded(config.evaluation, () =>
        ['cluster', 'role', 'environment', 'name']
          .map((part) => job.read(part, runtime)?.text(runtime) ?? '')
          .join('/'),
      );
    } catch {
      // A key that cannot be read is reported with the job's other defects.
      return [];
    }
    const first = seen.get(key);
    seen.set(key, first ?? index);
    if (first === undefined) return [];
    const span = job.origin?.span();
    return [
      {
        severity: 'warning',
        code: 'duplicate-job',
        message: `jobs[${index}] has the key of jobs[${first}]: ${key}`,
        ...(span && { span }),
        suggestion: 'Give one of them another name or environment: such a key cannot be picked.',
      },
    ];
  });
}

function attempt(action: () => readonly Diagnostic[]): readonly Diagnostic[] {
  try {
    return action();
  } catch (error) {
    return diagnosticsOf(error);
  }
}

/** A step that is made only for what it refuses. */
function nothing(_result: unknown): readonly Diagnostic[] {
  return [];
}

function diagnosticsOf(error: unknown): Diagnostic[] {
  if (error instanceof DiagnosticError) return [...error.diagnostics];
  throw error;
}

/** Two jobs made by one call share its mistakes. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const { span, code, message } = diagnostic;
    const place = span ? `${span.file.path}:${span.start}` : '';
    const key = `${place}|${code}|${message}`;
    if (!seen.has(key)) seen.set(key, diagnostic);
  }
  return [...seen.values()];
}

function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const place = ({ span }: Diagnostic): readonly [string, number] =>
    span ? [span.file.path, span.start] : ['', 0];
  return [...diagnostics].sort((a, b) => {
    const [fileA, startA] = place(a);
    const [fileB, startB] = place(b);
    return fileA === fileB ? startA - startB : fileA < fileB ? -1 : 1;
  });
}

import { DiagnosticError, type Diagnostic } from '../../src/base/diagnostic.js';
import { positionAt, type Span } from '../../src/base/source.js';
import { ConfigError } from '../../src/config/config-error.js';
import { convertJob } from '../../src/config/convert.js';
import { compactJson, dataOf } from '../../src/config/data.js';
import { loadConfig } from '../../src/config/load.js';
import type { LoadedConfig } from '../../src/config/loaded-config.js';
import { pickJob, prepareJob, type PickedJob } from '../../src/config/prepare-job.js';
import { jobConfigurationData } from '../../src/config/thrift-data.js';
import { UncaughtError } from '../../src/language/exceptions/report.js';
import { canonical, type Verdict } from './conformance-dsl.js';
import { findDifference, findRefusal, findTextDifference } from './deliberate-differences.js';
import { testHost } from './language-host.js';
import { memoryFiles } from './memory-files.js';

/** A whole config and what the original made of it. */
export interface ConfigCase {
  readonly name: string;
  readonly tags: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly main?: string;
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly expect?: readonly ExpectedJob[];
  readonly error?: { readonly type: string; readonly message: string };
  readonly where?: { readonly file: string; readonly line: number };
  readonly about?: readonly string[];
}

interface ExpectedJob {
  readonly key: string;
  readonly job: unknown;
  readonly unbound: readonly string[];
  readonly ports: readonly string[];
  readonly thrift: unknown;
}

const ROOT = '/case';

export function runConfigCase(test: ConfigCase): Verdict {
  const outcome = compile(test);
  if (test.expect) return judgeJobs(test, test.expect, outcome);
  if ('jobs' in outcome) {
    const recorded = {
      error: test.error ?? { type: '', message: '' },
      source: sourceOf(test),
      tags: test.tags,
    };
    const difference = findDifference(recorded, 'accepted');
    if (difference) return { passed: true, note: difference.reason };
    return { passed: false, problem: `accepted, but the original refused it: ${test.error?.message ?? ''}` };
  }
  return judgeRefusal(test, outcome.error);
}

type Outcome = { readonly jobs: readonly ExpectedJob[] } | { readonly error: DiagnosticError };

function compile(test: ConfigCase): Outcome {
  const argv = [...(test.argv ?? [])];
  const bindings: string[] = [];
  const keys: string[] = [];
  let readJson = false;
  for (let word = argv.shift(); word !== undefined; word = argv.shift()) {
    if (word === '--bind') bindings.push(argv.shift() ?? '');
    else if (word === '--json') readJson = true;
    else keys.push(word);
  }
  try {
    const config = loadConfig(test.main ?? 'main.aurora', {
      bindings,
      readJson,
      print: () => undefined,
      host: testHost({
        files: memoryFiles(ROOT, test.files),
        currentDirectory: ROOT,
        environment: new Map(Object.entries(test.env ?? { USER: 'tester', LOGNAME: 'tester' })),
        userName: test.env?.['LOGNAME'] ?? 'tester',
      }),
    });
    return { jobs: pickAll(config, keys).map(compileJob) };
  } catch (error) {
    if (error instanceof DiagnosticError) return { error };
    throw error;
  }
}

function pickAll(config: LoadedConfig, keys: readonly string[]): PickedJob[] {
  if (keys.length === 0 && config.jobs.length > 0)
    return config.jobs.map((_, index) => prepareJob(config, index));
  return (keys.length > 0 ? keys : [undefined]).map((key) => {
    const [cluster, role, environment, name] = key?.split('/') ?? [];
    return pickJob(config, { cluster, role, environment, name });
  });
}

function compileJob(picked: PickedJob): ExpectedJob {
  const { runtime } = picked.config.evaluation;
  const { cluster, role, environment, name } = picked.key;
  const json = (text: string): unknown => JSON.parse(text) as unknown;
  return {
    key: [cluster, role, environment, name].join('/'),
    job: json(compactJson(dataOf(picked.interpolated, runtime))),
    unbound: picked.unbound.map((ref) => ref.tag),
    ports: picked.ports,
    thrift: json(
      compactJson(
        jobConfigurationData(
          convertJob(picked, { user: picked.config.options.host.userName }),
          'numbers',
          runtime,
        ),
      ),
    ),
  };
}

function judgeJobs(test: ConfigCase, expected: readonly ExpectedJob[], outcome: Outcome): Verdict {
  if ('error' in outcome) {
    const reason = findRefusal(exceptionOf(outcome.error), sourceOf(test));
    if (reason !== undefined) return { passed: true, note: reason };
    return { passed: false, problem: `refused: ${describe(outcome.error)}` };
  }
  if (outcome.jobs.length !== expected.length) {
    return { passed: false, problem: `expected ${expected.length} jobs, got ${outcome.jobs.length}` };
  }
  const reason = findTextDifference(canonical(expected), canonical(outcome.jobs));
  if (reason) return { passed: true, note: reason };
  for (const [index, job] of expected.entries()) {
    const difference = firstDifference(job, outcome.jobs[index], `jobs[${index}]`);
    if (difference !== undefined) return { passed: false, problem: difference };
  }
  return { passed: true };
}

/** The path and both values of the first place where two results differ. */
function firstDifference(expected: unknown, given: unknown, path: string): string | undefined {
  if (canonical(expected) === canonical(given)) return undefined;
  if (findTextDifference(canonical(expected), canonical(given)) !== undefined) return undefined;
  if (isObject(expected) && isObject(given)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(given)])) {
      const difference = firstDifference(
        (expected as Record<string, unknown>)[key],
        (given as Record<string, unknown>)[key],
        `${path}.${key}`,
      );
      if (difference !== undefined) return difference;
    }
  }
  return `${path}: expected ${canonical(expected)}, got ${canonical(given)}`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function judgeRefusal(test: ConfigCase, error: DiagnosticError): Verdict {
  const { where, about = [] } = test;
  const problems: string[] = [];
  if (where && !error.diagnostics.some((diagnostic) => pointsAt(diagnostic, where))) {
    problems.push(`expected to point at ${where.file}:${where.line}`);
  }
  const text = error.diagnostics.map(words).join('\n').toLowerCase();
  const missing = about.filter((word) => !text.includes(word.toLowerCase()));
  const anyOne = test.tags.includes('syntax');
  if (anyOne ? missing.length === about.length && about.length > 0 : missing.includes(about[0] ?? '')) {
    problems.push(`the message does not contain ${missing.map((word) => `"${word}"`).join(', ')}`);
  }
  if (problems.length > 0)
    return { passed: false, problem: `${problems.join('; ')}\n     got ${describe(error)}` };
  return missing.length > 0 && !anyOne
    ? { passed: true, note: `without ${missing.join(', ')}` }
    : { passed: true };
}

function words(diagnostic: Diagnostic): string {
  return [
    diagnostic.message,
    ...(diagnostic.notes ?? []),
    diagnostic.suggestion ?? '',
    diagnostic.span?.file.path ?? '',
    diagnostic.code,
  ].join('\n');
}

/** The mistake itself, or one of the calls that led to it. */
function pointsAt(diagnostic: Diagnostic, where: { file: string; line: number }): boolean {
  const spans = [diagnostic.span, ...(diagnostic.stack ?? []).map((frame) => frame.span)];
  return spans.some((span) => span !== undefined && isAt(span, where));
}

function isAt(span: Span, where: { file: string; line: number }): boolean {
  const path = span.file.path.replace(`${ROOT}/`, '');
  return path === where.file && positionAt(span.file, span.start).line === where.line;
}

function describe(error: DiagnosticError): string {
  const type =
    error instanceof ConfigError ? error.type : error instanceof UncaughtError ? error.exceptionType : '';
  return error.diagnostics
    .map((diagnostic) => {
      const place = diagnostic.span
        ? `${diagnostic.span.file.path}:${positionAt(diagnostic.span.file, diagnostic.span.start).line}`
        : 'nowhere';
      const stack = (diagnostic.stack ?? []).map(
        (frame) => positionAt(frame.span.file, frame.span.start).line,
      );
      return `${type} at ${place} (calls ${stack.join(',')}): ${words(diagnostic)}`;
    })
    .join('\n     ');
}

function exceptionOf(error: DiagnosticError): string {
  if (error instanceof UncaughtError) return `${error.exceptionType}: ${error.exceptionMessage}`;
  return error instanceof ConfigError ? `${error.type}: ${error.originalMessage}` : error.message;
}

function sourceOf(test: ConfigCase): string {
  return Object.values(test.files).join('\n');
}

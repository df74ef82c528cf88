import { DiagnosticError } from '../../src/base/diagnostic.js';
import { ConfigError } from '../../src/config/config-error.js';
import { parseBinding } from '../../src/config/bindings.js';
import { convertJob } from '../../src/config/convert.js';
import { compactJson, dataOf, dataOfValue, type Data } from '../../src/config/data.js';
import { loadConfigText } from '../../src/config/load.js';
import type { LoadedConfig, LoadOptions } from '../../src/config/loaded-config.js';
import { resolvePortValues } from '../../src/config/port-resolver.js';
import { pickJob, type PickedJob } from '../../src/config/prepare-job.js';
import { jobConfigurationData, updateSettingsData } from '../../src/config/thrift-data.js';
import { updateSettings } from '../../src/config/update-settings.js';
import { UncaughtError } from '../../src/language/exceptions/report.js';
import { type Keywords, type Runtime, type Value } from '../../src/language/value.js';
import { Dict } from '../../src/language/values/dict.js';
import { List } from '../../src/language/values/list.js';
import { nativeFunction, type NativeBody } from '../../src/language/values/native-function.js';
import { EMPTY } from '../../src/pystachio/empty.js';
import { raising } from '../../src/pystachio/pystachio-error.js';
import { PystachioObject } from '../../src/pystachio/pystachio-object.js';
import type { Ref } from '../../src/pystachio/ref.js';
import { findDifference, findTextDifference } from './deliberate-differences.js';
import { testHost } from './language-host.js';
import { memoryFiles } from './memory-files.js';

/** A small case of the language: a config, an expression evaluated after it, and what the original gave. */
export interface DslCase {
  readonly name: string;
  readonly source: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly json?: boolean;
  readonly expr: string;
  readonly expect?: unknown;
  readonly error?: { readonly type: string; readonly message: string };
}

export type Verdict =
  { readonly passed: true; readonly note?: string } | { readonly passed: false; readonly problem: string };

const ROOT = '/case';

export function runDslCase(test: DslCase): Verdict {
  const outcome = evaluateCase(test);
  if (test.error) return judgeError(test, test.error, outcome);
  if ('error' in outcome) {
    return {
      passed: false,
      problem: `expected ${JSON.stringify(test.expect)}, got ${outcome.error.type}: ${outcome.error.message}`,
    };
  }
  if (canonical(outcome.value) === canonical(test.expect)) return { passed: true };
  const reason = findTextDifference(canonical(test.expect), canonical(outcome.value));
  if (reason !== undefined) return { passed: true, note: reason };
  return {
    passed: false,
    problem: `expected ${JSON.stringify(test.expect)}, got ${JSON.stringify(outcome.value)}`,
  };
}

type Outcome =
  { readonly value: unknown } | { readonly error: { readonly type: string; readonly message: string } };

function judgeError(test: DslCase, expected: { type: string; message: string }, outcome: Outcome): Verdict {
  const recorded = { error: expected, source: `${test.source}\n${test.expr}`, tags: [] };
  if ('value' in outcome) {
    const difference = findDifference(recorded, 'accepted');
    if (difference) return { passed: true, note: difference.reason };
    const given = JSON.stringify(outcome.value);
    return {
      passed: false,
      problem: `expected ${expected.type}: ${expected.message}, got the value ${given}`,
    };
  }
  if (outcome.error.type === expected.type && outcome.error.message.includes(expected.message))
    return { passed: true };
  const difference = findDifference(recorded, 'refused');
  if (difference) return { passed: true, note: difference.reason };
  return {
    passed: false,
    problem: `expected ${expected.type}: ${expected.message}\n     got ${outcome.error.type}: ${outcome.error.message}`,
  };
}

function evaluateCase(test: DslCase): Outcome {
  try {
    const box: { config?: LoadedConfig } = {};
    const options: LoadOptions = {
      host: testHost({
        files: memoryFiles(ROOT, { ...test.files, 'main.aurora': test.source }),
        currentDirectory: ROOT,
        environment: new Map([
          ['USER', 'tester'],
          ['LOGNAME', 'tester'],
        ]),
      }),
      readJson: test.json === true,
      print: () => undefined,
      globals: caseFunctions(() => box.config as LoadedConfig),
    };
    box.config = loadConfigText({ path: 'main.aurora', text: test.source }, options);
    const { evaluation } = box.config;
    const value = evaluation.evaluateExpression(test.expr);
    return {
      value: JSON.parse(evaluation.guard(() => compactJson(plain(value, evaluation.runtime)))) as unknown,
    };
  } catch (error) {
    return { error: describeError(error, test.expr) };
  }
}

/** The exception as the original's loader would name it: what a file raises as ValueError, it wraps. */
function describeError(error: unknown, expression: string): { type: string; message: string } {
  if (error instanceof UncaughtError) {
    const place = error.diagnostics[0].span?.file.path ?? '';
    const inFile = place !== '<expression>' && place !== '';
    const isValueError =
      error.exceptionTypes.includes('ValueError') || error.exceptionTypes.includes('SyntaxError');
    const loading =
      inFile && isValueError && /\b(key|checkjob|ports|thrift|data|settings)\(/.test(expression);
    return { type: loading ? 'InvalidConfigError' : error.exceptionType, message: error.exceptionMessage };
  }
  if (error instanceof ConfigError) return { type: error.type, message: error.originalMessage };
  if (error instanceof DiagnosticError) return { type: 'InvalidConfigError', message: error.message };
  throw error;
}

function plain(value: Value, runtime: Runtime): Data {
  return value === EMPTY ? null : dataOfValue(value, runtime);
}

/** The functions that the expressions of cases use. */
function caseFunctions(loaded: () => LoadedConfig): ReadonlyMap<string, Value> {
  const picked = (keywords: Keywords, runtime: Runtime): PickedJob => pickCase(loaded(), keywords, runtime);
  const rows: ReadonlyArray<readonly [string, string, NativeBody]> = [
    [
      'val',
      'value',
      ([value], runtime) => raising(runtime, () => toValue(plainValue(value as Value, runtime), runtime)),
    ],
    [
      'chk',
      'value',
      ([value], runtime) =>
        raising(runtime, () => (value as PystachioObject).check(null, runtime)?.message ?? 'OK'),
    ],
    [
      'refs',
      'value',
      ([value], runtime) => raising(runtime, () => new List(addresses(value as Value, runtime))),
    ],
    ['txt', 'value', ([value], runtime) => runtime.str(value as Value)],
    [
      'resolve',
      'portmap',
      ([portmap], runtime) => toValue(resolvePortValues(portmap as Value, runtime), runtime),
    ],
    [
      'binding',
      'text',
      ([text], runtime) => {
        const { address, value } = parseBinding(text as string);
        return Dict.fromEntries([[address, value]], runtime);
      },
    ],
    [
      'key',
      '**',
      (_args, runtime, { keywords }) => {
        const { cluster, role, environment, name } = picked(keywords, runtime).key;
        return [cluster, role, environment, name].join('/');
      },
    ],
    [
      'checkjob',
      '**',
      (_args, runtime, { keywords }) =>
        picked(keywords, runtime).interpolated.check(null, runtime)?.message ?? 'OK',
    ],
    ['ports', '**', (_args, runtime, { keywords }) => new List([...picked(keywords, runtime).ports])],
    [
      'thrift',
      'path? **',
      ([path], runtime, { keywords }) => {
        const job = convertJob(picked(keywords, runtime), { user: 'tester' });
        return toValue(
          walk(jobConfigurationData(job, 'numbers', runtime), path as string | undefined),
          runtime,
        );
      },
    ],
    [
      'data',
      'path? **',
      ([path], runtime, { keywords }) => {
        const job = convertJob(picked(keywords, runtime), { user: 'tester' });
        return toValue(
          walk(
            jobConfigurationData(job, 'numbers', runtime),
            `taskConfig.executorConfig.data${typeof path === 'string' ? `.${path}` : ''}`,
          ),
          runtime,
        );
      },
    ],
    [
      'settings',
      '**',
      (_args, runtime, { keywords }) =>
        toValue(updateSettingsData(updateSettings(picked(keywords, runtime))), runtime),
    ],
  ];
  return new Map(rows.map(([name, parameters, body]) => [name, nativeFunction(name, parameters, body)]));
}

function plainValue(value: Value, runtime: Runtime): Data {
  if (value === EMPTY) return null;
  return value instanceof PystachioObject
    ? dataOf(value.interpolated(runtime), runtime)
    : dataOfValue(value, runtime);
}

function addresses(value: Value, runtime: Runtime): string[] {
  const unbound: Ref[] = [];
  (value as PystachioObject).interpolate(null, unbound, runtime);
  return [...new Set(unbound.map((ref) => ref.address))].sort();
}

/** Keywords of the load functions: name, cluster, role, env and bind=[...]. */
function pickCase(loaded: LoadedConfig, keywords: Keywords, runtime: Runtime): PickedJob {
  const text = (name: string): string | undefined => {
    const value = keywords.get(name);
    return value === undefined ? undefined : runtime.str(value);
  };
  const bind = keywords.get('bind');
  const bindings = bind instanceof List ? bind.items.map((item) => runtime.str(item)) : [];
  const main = { path: 'main.aurora', text: sourceOf(loaded) };
  const config = bindings.length > 0 ? loadConfigText(main, { ...loaded.options, bindings }) : loaded;
  const selector = {
    name: text('name'),
    cluster: text('cluster'),
    role: text('role'),
    environment: text('env'),
  };
  return pickJob(config, selector, { check: false });
}

function sourceOf(loaded: LoadedConfig): string {
  return Buffer.from(loaded.options.host.files.readFile(`${ROOT}/main.aurora`)).toString('utf8');
}

function walk(data: Data, path: string | undefined): Data {
  let current: Data = data;
  for (const step of path ? path.split('.') : []) {
    if (Array.isArray(current)) current = (current as Data[])[Number(step)] ?? null;
    else if (current instanceof Map) current = (current as ReadonlyMap<string, Data>).get(step) ?? null;
    else return null;
  }
  return current;
}

/** Data as a value of the language, so that expressions can go on with it. */
function toValue(data: Data, runtime: Runtime): Value {
  if (data instanceof Map) {
    return Dict.fromEntries(
      [...(data as ReadonlyMap<string, Data>)].map(([key, value]) => [key, toValue(value, runtime)] as const),
      runtime,
    );
  }
  if (Array.isArray(data)) return new List((data as Data[]).map((item) => toValue(item, runtime)));
  return data as Value;
}

/** JSON with sorted keys: what two results are compared by. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
  }
  return value === undefined ? 'undefined' : JSON.stringify(value);
}

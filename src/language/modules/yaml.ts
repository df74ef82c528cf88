import type { Evaluator } from '../interpreter.js';
import { normalize } from '../operators/integer.js';
import { Float, PyObject, type Runtime, type Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { FileObject } from '../values/file.js';
import { toText } from '../values/index.js';
import { List } from '../values/list.js';
import { requirePackage } from './lazy-package.js';
import { moduleNames, refusedFunction } from './names.js';

let loaded: typeof import('yaml') | undefined;

function yaml(): typeof import('yaml') {
  return (loaded ??= requirePackage('yaml') as typeof import('yaml'));
}

/** `yaml`: data only, in YAML 1.1 as PyYAML reads it; aliases are limited, so a small text stays small. */
export function yamlModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  return moduleNames(
    [
      [
        'safe_load',
        'stream',
        ([text], inner) => loadAll(textOf(text as Value, inner), inner).items[0] ?? null,
      ],
      [
        'load',
        'stream Loader?',
        ([text], inner) => loadAll(textOf(text as Value, inner), inner).items[0] ?? null,
      ],
      ['safe_load_all', 'stream', ([text], inner) => loadAll(textOf(text as Value, inner), inner)],
    ],
    [
      [
        'dump',
        refusedFunction(
          'dump',
          'only reading YAML is available',
          'json.dumps writes JSON, which is YAML as well.',
        ),
      ],
      [
        'safe_dump',
        refusedFunction(
          'safe_dump',
          'only reading YAML is available',
          'json.dumps writes JSON, which is YAML as well.',
        ),
      ],
      ['SafeLoader', null],
      ['Loader', null],
      ['YAMLError', runtime.exceptions.get('yaml.YAMLError')],
    ],
  );
}

function textOf(value: Value, runtime: Runtime): string {
  return value instanceof FileObject ? value.text.slice(value.position) : toText(value, runtime);
}

/** Nesting beyond this would exhaust the YAML parser's stack. */
const DEEPEST = 100;

function loadAll(text: string, runtime: Runtime): List {
  runtime.charge(text.length >> 2, 8 * text.length);
  if (deepest(text) > DEEPEST)
    return runtime.raise('yaml.YAMLError', `the text is nested more than ${DEEPEST} levels deep`);
  const documents: Value[] = [];
  for (const document of yaml().parseAllDocuments(text, {
    version: '1.1',
    intAsBigInt: true,
    logLevel: 'silent',
  })) {
    if (!('errors' in document)) continue;
    const [error] = document.errors;
    if (error) return runtime.raise('yaml.YAMLError', error.message, { code: 'yaml-syntax' });
    documents.push(
      convert(
        plain(() => document.toJS({ maxAliasCount: 100, mapAsMap: true }) as unknown, runtime),
        runtime,
      ),
    );
  }
  return new List(documents);
}

/** An upper bound of the nesting: brackets, or columns of indentation. */
function deepest(text: string): number {
  let brackets = 0;
  let most = 0;
  for (const character of text) {
    if (character === '[' || character === '{') most = Math.max(most, ++brackets);
    else if (character === ']' || character === '}') brackets = Math.max(0, brackets - 1);
  }
  for (const line of text.split('\n')) {
    const lead = /^[ ]*(?:[-?:] +)*/.exec(line)?.[0] ?? '';
    most = Math.max(most, lead.length / 2);
  }
  return most;
}

function plain(read: () => unknown, runtime: Runtime): unknown {
  try {
    return read();
  } catch (error) {
    return runtime.raise(
      'yaml.YAMLError',
      error instanceof Error ? error.message : 'the YAML text cannot be read',
    );
  }
}

function convert(value: unknown, runtime: Runtime): Value {
  runtime.charge(1, 16);
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return normalize(value);
  if (typeof value === 'number') return new Float(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value))
    return runtime.nested(() => new List(value.map((item) => convert(item, runtime))));
  if (value instanceof Map) {
    return runtime.nested(() => {
      const dict = new Dict();
      for (const [key, item] of value) dict.set(convert(key, runtime), convert(item, runtime), runtime);
      return dict;
    });
  }
  if (value instanceof Set) return new List(Array.from(value, (item) => convert(item, runtime)));
  return value instanceof PyObject ? value : textOfOther(value, runtime);
}

/** Dates stay the text they are: a config has no use for another type. */
function textOfOther(value: unknown, runtime: Runtime): Value {
  if (
    typeof value === 'object' &&
    value !== null &&
    'toISOString' in value &&
    typeof value.toISOString === 'function'
  ) {
    const text = (value.toISOString as () => string).call(value);
    return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text;
  }
  return runtime.raise('yaml.YAMLError', 'the YAML text holds something that is no plain data');
}

import type { Evaluator } from '../interpreter.js';
import { BUILTIN_TYPES } from '../builtins/types.js';
import type { Runtime, Value } from '../value.js';
import { NO_KEYWORDS, PyObject } from '../value.js';
import { toText } from '../values/index.js';
import { List } from '../values/list.js';
import { nativeFunction } from '../values/native-function.js';
import { moduleNames } from './names.js';

/** `pprint`: on one line, as `repr`. */
export function pprintModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const print = ([value]: readonly Value[]): Value => {
    runtime.output.write(`${runtime.repr(value as Value)}\n`, 'stdout');
    return null;
  };
  return moduleNames([
    ['pprint', 'object **', print],
    ['pformat', 'object **', ([value], inner) => inner.repr(value as Value)],
  ]);
}

/** `shlex` */
export function shlexModule(_runtime: Evaluator): ReadonlyMap<string, Value> {
  return moduleNames([
    ['quote', 's', ([text], runtime) => quote(toText(text as Value, runtime))],
    [
      'split',
      's comments? posix?',
      ([text], runtime) => new List(split(toText(text as Value, runtime), runtime)),
    ],
    [
      'join',
      'split_command',
      ([words], runtime) =>
        [...runtime.iterate(words as Value)].map((word) => quote(toText(word, runtime))).join(' '),
    ],
  ]);
}

/** `pipes` has only `quote`. */
export function pipesModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  return new Map([...shlexModule(runtime)].filter(([name]) => name === 'quote'));
}

function quote(text: string): string {
  if (text === '') return "''";
  return /[^\w@%+=:,./-]/.test(text) ? `'${text.replaceAll("'", `'"'"'`)}'` : text;
}

function split(text: string, runtime: Runtime): string[] {
  runtime.charge(text.length, text.length);
  const words: string[] = [];
  let word: string | undefined;
  let quoteMark = '';
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (quoteMark !== '') {
      if (character === quoteMark) quoteMark = '';
      else if (character === '\\' && quoteMark === '"' && /["\\]/.test(text.charAt(i + 1)))
        word = (word ?? '') + text.charAt(++i);
      else word = (word ?? '') + character;
    } else if (character === "'" || character === '"') {
      quoteMark = character;
      word ??= '';
    } else if (character === '\\') word = (word ?? '') + text.charAt(++i);
    else if (!/\s/.test(character)) word = (word ?? '') + character;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (quoteMark !== '') return runtime.raise('ValueError', 'No closing quotation');
  if (word !== undefined) words.push(word);
  return words;
}

/** `types` */
export function typesModule(_runtime: Evaluator): ReadonlyMap<string, Value> {
  const names: ReadonlyArray<readonly [string, string]> = [
    ['StringType', 'str'],
    ['UnicodeType', 'str'],
    ['StringTypes', 'basestring'],
    ['IntType', 'int'],
    ['LongType', 'int'],
    ['FloatType', 'float'],
    ['BooleanType', 'bool'],
    ['ListType', 'list'],
    ['TupleType', 'tuple'],
    ['DictType', 'dict'],
    ['NoneType', 'NoneType'],
    ['FunctionType', 'function'],
    ['MethodType', 'instancemethod'],
    ['BuiltinFunctionType', 'builtin_function_or_method'],
  ];
  return new Map(names.map(([alias, type]) => [alias, BUILTIN_TYPES.get(type) ?? null]));
}

/** `logging`: messages go to standard error as the root logger's do. */
export function loggingModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const logger = new Logger(runtime, 'root');
  const names = new Map<string, Value>(logger.functions);
  names.set(
    'getLogger',
    nativeFunction('getLogger', 'name?', ([name]) =>
      typeof name === 'string' ? new Logger(runtime, name) : logger,
    ),
  );
  names.set(
    'basicConfig',
    nativeFunction('basicConfig', '* **', () => null),
  );
  for (const [name, level] of LEVELS) names.set(name.toUpperCase(), level);
  return names;
}

const LEVELS: ReadonlyArray<readonly [name: string, level: number]> = [
  ['debug', 10],
  ['info', 20],
  ['warning', 30],
  ['error', 40],
  ['critical', 50],
];

class Logger extends PyObject {
  readonly functions: ReadonlyMap<string, Value>;

  constructor(
    readonly runtime: Evaluator,
    readonly name: string,
  ) {
    super();
    const functions = LEVELS.map(([level, rank]): [string, Value] => [
      level,
      nativeFunction(level, 'msg * **', ([message, ...args]) =>
        this.#log(level, rank, message as Value, args),
      ),
    ]);
    const warn = functions.find(([level]) => level === 'warning')?.[1] ?? null;
    const nothing = nativeFunction('setLevel', '* **', () => null);
    this.functions = new Map([
      ...functions,
      ['warn', warn],
      ['exception', functions[3]?.[1] ?? null],
      ['setLevel', nothing],
      ['addHandler', nothing],
    ]);
  }

  typeName(): string {
    return 'Logger';
  }

  override getAttribute(name: string): Value | undefined {
    return name === 'name' ? this.name : this.functions.get(name);
  }

  override attributeNames(): Iterable<string> {
    return this.functions.keys();
  }

  /** The root logger shows warnings and worse. */
  #log(level: string, rank: number, message: Value, args: readonly Value[]): Value {
    if (rank < 30) return null;
    const { runtime } = this;
    const text = runtime.str(message);
    const shown = args.length === 0 ? text : runtime.formatPercent(text, args);
    runtime.output.write(`${level.toUpperCase()}:${this.name}:${shown}\n`, 'stderr');
    return null;
  }
}

/** `contextlib.contextmanager`: a generator function as a context. */
export function contextlibModule(_runtime: Evaluator): ReadonlyMap<string, Value> {
  return moduleNames([
    [
      'contextmanager',
      '_function',
      ([callee]) =>
        nativeFunction(
          'contextmanager',
          '* **',
          (args, runtime, { keywords, site }) =>
            new GeneratorContext(runtime.call(callee as Value, args, keywords, site)),
        ),
    ],
    ['closing', '_thing', ([thing]) => new ClosingContext(thing as Value)],
  ]);
}

class GeneratorContext extends PyObject {
  constructor(readonly generator: Value) {
    super();
  }

  typeName(): string {
    return 'GeneratorContextManager';
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    const { generator } = this;
    if (name === '__enter__')
      return nativeFunction(name, '', () =>
        runtime.call(runtime.getAttribute(generator, 'next'), [], NO_KEYWORDS, runtime.site()),
      );
    if (name !== '__exit__') return undefined;
    return nativeFunction(name, '_type _value _traceback', ([type, value]) => {
      if (type === null) {
        runtime.attempt('StopIteration', () =>
          runtime.call(runtime.getAttribute(generator, 'next'), [], NO_KEYWORDS, runtime.site()),
        );
        return false;
      }
      const method = runtime.getAttribute(generator, 'throw');
      // The generator ends: the exception was dealt with there.
      return (
        runtime.attempt('StopIteration', () =>
          runtime.call(method, [value as Value], NO_KEYWORDS, runtime.site()),
        ) === undefined
      );
    });
  }
}

class ClosingContext extends PyObject {
  constructor(readonly thing: Value) {
    super();
  }

  typeName(): string {
    return 'closing';
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    if (name === '__enter__') return nativeFunction(name, '', () => this.thing);
    if (name !== '__exit__') return undefined;
    return nativeFunction(name, '* **', () => {
      runtime.call(runtime.getAttribute(this.thing, 'close'), [], NO_KEYWORDS, runtime.site());
      return false;
    });
  }
}

/** `typing`: names for annotations, which are not evaluated. */
export function typingModule(_runtime: Evaluator): ReadonlyMap<string, Value> {
  const names = [
    'Any',
    'AnyStr',
    'Callable',
    'Dict',
    'FrozenSet',
    'Iterable',
    'Iterator',
    'List',
    'Mapping',
    'Optional',
    'Sequence',
    'Set',
    'Tuple',
    'Type',
    'Union',
  ];
  return new Map(names.map((name) => [name, new TypingName(name)]));
}

class TypingName extends PyObject {
  constructor(readonly name: string) {
    super();
  }

  typeName(): string {
    return 'typing';
  }

  override getItem(): Value {
    return this;
  }

  override repr(): string {
    return `typing.${this.name}`;
  }
}

/** `abc` and `warnings`: decorators and calls that change nothing here. */
export function warningsModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  return moduleNames([
    [
      'warn',
      'message **',
      ([message], inner) => {
        runtime.output.write(`warning: ${inner.str(message as Value)}\n`, 'stderr');
        return null;
      },
    ],
    ['filterwarnings', '* **', () => null],
    ['simplefilter', '* **', () => null],
  ]);
}

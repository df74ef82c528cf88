import { ExceptionType } from './exception-type.js';
import type { ExceptionObject } from './exception-object.js';

/** The standard exceptions as `name parent`; Python 3's names stand beside Python 2's. */
const TREE = `
BaseException -
SystemExit BaseException
KeyboardInterrupt BaseException
GeneratorExit BaseException
Exception BaseException
StopIteration Exception
StandardError Exception
ArithmeticError StandardError
FloatingPointError ArithmeticError
OverflowError ArithmeticError
ZeroDivisionError ArithmeticError
AssertionError StandardError
AttributeError StandardError
BufferError StandardError
EnvironmentError StandardError
IOError EnvironmentError
OSError EnvironmentError
EOFError StandardError
ImportError StandardError
ModuleNotFoundError ImportError
LookupError StandardError
IndexError LookupError
KeyError LookupError
MemoryError StandardError
NameError StandardError
UnboundLocalError NameError
ReferenceError StandardError
RuntimeError StandardError
NotImplementedError RuntimeError
RecursionError RuntimeError
SyntaxError StandardError
IndentationError SyntaxError
TabError IndentationError
SystemError StandardError
TypeError StandardError
ValueError StandardError
UnicodeError ValueError
UnicodeDecodeError UnicodeError
UnicodeEncodeError UnicodeError
UnicodeTranslateError UnicodeError
Warning Exception
UserWarning Warning
DeprecationWarning Warning
PendingDeprecationWarning Warning
SyntaxWarning Warning
RuntimeWarning Warning
FutureWarning Warning
ImportWarning Warning
UnicodeWarning Warning
BytesWarning Warning
`;

/** Python 3 names for a system error with a certain number. */
const BY_NUMBER: ReadonlyArray<readonly [name: string, numbers: readonly number[]]> = [
  ['FileNotFoundError', [2]],
  ['PermissionError', [1, 13]],
  ['FileExistsError', [17]],
  ['NotADirectoryError', [20]],
  ['IsADirectoryError', [21]],
];

/** Every exception type of one evaluation, by name. */
export class ExceptionTypes {
  readonly #types = new Map<string, ExceptionType>();

  constructor(extra: ReadonlyMap<string, string> = new Map()) {
    for (const line of TREE.trim().split('\n')) {
      const [name, parent] = line.split(' ') as [string, string];
      this.#define(name, parent, systemErrorAlias(name));
    }
    for (const [name, numbers] of BY_NUMBER) {
      this.#define(name, 'EnvironmentError', (value) => {
        const number = value.attributes.get('errno');
        return typeof number === 'number' && numbers.includes(number);
      });
    }
    for (const [name, parent] of extra) this.#define(name, parent);
  }

  /** A name that nobody declared becomes a subtype of Exception. */
  get(name: string): ExceptionType {
    return this.#types.get(name) ?? this.#define(name, 'Exception');
  }

  has(name: string): boolean {
    return this.#types.has(name);
  }

  all(): Iterable<readonly [string, ExceptionType]> {
    return this.#types;
  }

  #define(name: string, parent: string, matches?: (value: ExceptionObject) => boolean): ExceptionType {
    const type = new ExceptionType(name, this.#types.get(parent), matches);
    this.#types.set(name, type);
    return type;
  }
}

/** IOError and OSError are one type in Python 3 and easily mistaken in Python 2: each catches both. */
function systemErrorAlias(name: string): ((value: ExceptionObject) => boolean) | undefined {
  if (name !== 'IOError' && name !== 'OSError') return undefined;
  return (value) => value.attributes.has('errno') && value.type.name !== name;
}

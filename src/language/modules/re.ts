import type { Evaluator } from '../interpreter.js';
import type { Runtime, Value } from '../value.js';
import { toCount, toText } from '../values/index.js';
import type { NativeBody } from '../values/native-function.js';
import { moduleNames } from './names.js';
import { compilePattern, Pattern } from './re-pattern.js';
import { findAll, findIterator, splitBy, substitute } from './re-operations.js';

/** `re` on RE2: time linear in the text, so no pattern can hang; look-around and back-references are refused. */
export function reModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const cache = new Map<string, Pattern>();
  const pattern = (value: Value | undefined, flags: Value | undefined, inner: Runtime): Pattern => {
    if (value instanceof Pattern) return value;
    const text = toText(value as Value, inner);
    const bits = flags === undefined ? 0 : toCount(flags, inner);
    const key = `${bits}:${text}`;
    let compiled = cache.get(key);
    if (!compiled) cache.set(key, (compiled = compilePattern(text, bits, inner)));
    return compiled;
  };
  const once =
    (how: 'match' | 'search' | 'fullmatch'): NativeBody =>
    ([source, text, flags], inner) =>
      pattern(source, flags, inner).find(toText(text as Value, inner), 0, how, inner);
  return moduleNames(
    [
      ['compile', 'pattern flags?', ([source, flags], inner) => pattern(source, flags, inner)],
      ['match', 'pattern string flags?', once('match')],
      ['search', 'pattern string flags?', once('search')],
      ['fullmatch', 'pattern string flags?', once('fullmatch')],
      [
        'findall',
        'pattern string flags?',
        ([source, text, flags], inner) =>
          findAll(pattern(source, flags, inner), toText(text as Value, inner), inner),
      ],
      [
        'finditer',
        'pattern string flags?',
        ([source, text, flags], inner) =>
          findIterator(pattern(source, flags, inner), toText(text as Value, inner), inner),
      ],
      [
        'split',
        'pattern string maxsplit? flags?',
        ([source, text, most, flags], inner) =>
          splitBy(pattern(source, flags, inner), toText(text as Value, inner), most ?? 0, inner),
      ],
      [
        'sub',
        'pattern repl string count? flags?',
        ([source, repl, text, count, flags], inner) =>
          substitute(
            pattern(source, flags, inner),
            repl as Value,
            toText(text as Value, inner),
            count ?? 0,
            inner,
          ).text,
      ],
      [
        'subn',
        'pattern repl string count? flags?',
        ([source, repl, text, count, flags], inner) =>
          substitute(
            pattern(source, flags, inner),
            repl as Value,
            toText(text as Value, inner),
            count ?? 0,
            inner,
          ).pair(),
      ],
      [
        'escape',
        'pattern',
        ([text], inner) => toText(text as Value, inner).replace(inner.python3 ? SPECIAL : NO_WORD, '\\$&'),
      ],
      ['purge', '', () => null],
    ],
    [
      ['I', 2],
      ['IGNORECASE', 2],
      ['L', 4],
      ['LOCALE', 4],
      ['M', 8],
      ['MULTILINE', 8],
      ['S', 16],
      ['DOTALL', 16],
      ['U', 32],
      ['UNICODE', 32],
      ['X', 64],
      ['VERBOSE', 64],
      ['A', 256],
      ['ASCII', 256],
      ['error', runtime.exceptions.get('re.error')],
    ],
  );
}

/** What `re.escape` puts a backslash before: in Python 2 everything but letters and digits, in Python 3 what has a meaning. */
const NO_WORD = /[^\p{L}\p{N}]/gu;
const SPECIAL = /[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g;

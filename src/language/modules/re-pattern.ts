import type { RE2JS } from 're2js';
import type { Runtime, Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { toText } from '../values/index.js';
import { methodTable, type MethodTable } from '../values/method-table.js';
import { NativeObject } from '../values/native-object.js';
import { Match } from './re-match.js';
import { findAll, findIterator, splitBy, substitute } from './re-operations.js';
import { requirePackage } from './lazy-package.js';

let loaded: typeof import('re2js') | undefined;

function engine(): typeof import('re2js') {
  return (loaded ??= requirePackage('re2js') as typeof import('re2js'));
}

export type Anchor = 'match' | 'search' | 'fullmatch';

/** A compiled regular expression. */
export class Pattern extends NativeObject {
  readonly names: ReadonlyMap<string, number>;

  constructor(
    readonly source: string,
    readonly flags: number,
    readonly compiled: RE2JS,
  ) {
    super();
    this.names = new Map(Object.entries(compiled.namedGroups()));
  }

  typeName(): string {
    return 'SRE_Pattern';
  }

  get groupCount(): number {
    return this.compiled.groupCount();
  }

  protected methods(): MethodTable<never> {
    return patternMethods;
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    switch (name) {
      case 'pattern':
        return this.source;
      case 'flags':
        return this.flags;
      case 'groups':
        return this.groupCount;
      case 'groupindex':
        return Dict.fromEntries(this.names, runtime);
      default:
        return super.getAttribute(name, runtime);
    }
  }

  override repr(runtime: Runtime): string {
    return `re.compile(${runtime.repr(this.source)})`;
  }

  /** The first match at or after a place (in UTF-16 units), or None. */
  find(text: string, from: number, anchor: Anchor, runtime: Runtime): Match | null {
    runtime.charge(1 + ((text.length - from) >> 1), 0);
    const matcher = this.compiled.matcher(text);
    const found =
      anchor === 'fullmatch'
        ? matcher.matches()
        : anchor === 'match'
          ? matcher.lookingAt()
          : matcher.find(from);
    if (!found) return null;
    const places: (readonly [number, number] | undefined)[] = [];
    for (let group = 0; group <= this.groupCount; group++) {
      const start = matcher.start(group);
      places.push(start < 0 ? undefined : [start, matcher.end(group)]);
    }
    return new Match(this, text, places);
  }
}

const FLAG_TEXT: ReadonlyArray<readonly [bit: number, letter: string]> = [
  [2, 'i'],
  [8, 'm'],
  [16, 's'],
];

/** Compiles Python's syntax; RE2 has most of it. */
export function compilePattern(source: string, flags: number, runtime: Runtime): Pattern {
  runtime.charge(source.length, 64 * source.length);
  const letters = FLAG_TEXT.filter(([bit]) => (flags & bit) !== 0).map(([, letter]) => letter);
  const body = translate((flags & 64) !== 0 ? withoutComments(source) : source);
  const text = letters.length > 0 ? `(?${letters.join('')})${body}` : body;
  const { RE2JS: Expression } = engine();
  try {
    return new Pattern(source, flags, Expression.compile(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'wrong syntax';
    return runtime.raise('re.error', `cannot use the regular expression ${runtime.repr(source)}: ${reason}`, {
      code: 'regular-expression',
      ...(/\(\?[=!<]|\\[1-9]|\(\?P=/.test(source) && {
        notes: [
          'look-around and back-references are not available: they would make matching slow without bound',
        ],
      }),
    });
  }
}

/** `\Z` is RE2's `\z`; a comment group goes. */
function translate(source: string): string {
  return source.replace(/\\Z|\\.|\(\?#[^)]*\)/gs, (part) =>
    part === '\\Z' ? '\\z' : part.startsWith('(?#') ? '' : part,
  );
}

/** `re.VERBOSE`: white space and comments go, outside classes. */
function withoutComments(source: string): string {
  return source.replace(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|#[^\n]*|\s+/gs, (part) =>
    /^[\s#]/.test(part) ? '' : part,
  );
}

const patternMethods = methodTable<Pattern>([
  [
    'match',
    'string pos? endpos?',
    (self, [text], runtime) => self.find(toText(text as Value, runtime), 0, 'match', runtime),
  ],
  [
    'fullmatch',
    'string pos? endpos?',
    (self, [text], runtime) => self.find(toText(text as Value, runtime), 0, 'fullmatch', runtime),
  ],
  [
    'search',
    'string pos? endpos?',
    (self, [text, from], runtime) =>
      self.find(
        toText(text as Value, runtime),
        typeof from === 'number' ? Math.max(0, from) : 0,
        'search',
        runtime,
      ),
  ],
  [
    'findall',
    'string pos? endpos?',
    (self, [text], runtime) => findAll(self, toText(text as Value, runtime), runtime),
  ],
  [
    'finditer',
    'string pos? endpos?',
    (self, [text], runtime) => findIterator(self, toText(text as Value, runtime), runtime),
  ],
  [
    'split',
    'string maxsplit?',
    (self, [text, most], runtime) => splitBy(self, toText(text as Value, runtime), most ?? 0, runtime),
  ],
  [
    'sub',
    'repl string count?',
    (self, [repl, text, count], runtime) =>
      substitute(self, repl as Value, toText(text as Value, runtime), count ?? 0, runtime).text,
  ],
  [
    'subn',
    'repl string count?',
    (self, [repl, text, count], runtime) =>
      substitute(self, repl as Value, toText(text as Value, runtime), count ?? 0, runtime).pair(),
  ],
]);

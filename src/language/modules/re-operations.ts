import { NO_KEYWORDS, type Runtime, type Value } from '../value.js';
import { IteratorObject } from '../values/iterator.js';
import { List } from '../values/list.js';
import { toCount, toText } from '../values/index.js';
import { Tuple } from '../values/tuple.js';
import type { Match } from './re-match.js';
import type { Pattern } from './re-pattern.js';

/** The matches of a pattern, from left to right, without overlap. */
export function* matches(pattern: Pattern, text: string, runtime: Runtime): Generator<Match> {
  let from = 0;
  let lastEnd = -1;
  while (from <= text.length) {
    const match = pattern.find(text, from, 'search', runtime);
    if (match === null) return;
    const isEmpty = match.start === match.end;
    // Python 2 does not count an empty match right after another match.
    if (!isEmpty || match.start !== lastEnd || runtime.python3) yield match;
    lastEnd = match.end;
    from = isEmpty ? match.end + 1 : match.end;
  }
}

export function findAll(pattern: Pattern, text: string, runtime: Runtime): Value {
  const items: Value[] = [];
  for (const match of matches(pattern, text, runtime)) {
    runtime.charge(1, 32);
    const groups = match.groups('');
    items.push(
      groups.length === 0 ? match.group(0) : groups.length === 1 ? (groups[0] as Value) : new Tuple(groups),
    );
  }
  return new List(items);
}

export function findIterator(pattern: Pattern, text: string, runtime: Runtime): Value {
  return new IteratorObject('callable-iterator', matches(pattern, text, runtime));
}

export function splitBy(pattern: Pattern, text: string, most: Value, runtime: Runtime): Value {
  const limit = toCount(most, runtime) || Infinity;
  const parts: Value[] = [];
  let place = 0;
  let count = 0;
  for (const match of matches(pattern, text, runtime)) {
    if (count >= limit) break;
    if (match.start === match.end && !runtime.python3) continue;
    parts.push(text.slice(place, match.start), ...match.groups(null));
    place = match.end;
    count += 1;
    runtime.charge(1, 16);
  }
  parts.push(text.slice(place));
  return new List(parts);
}

export class Substitution {
  constructor(
    readonly text: string,
    readonly count: number,
  ) {}

  pair(): Value {
    return new Tuple([this.text, this.count]);
  }
}

export function substitute(
  pattern: Pattern,
  replacement: Value,
  text: string,
  most: Value,
  runtime: Runtime,
): Substitution {
  const limit = toCount(most, runtime) || Infinity;
  const site = runtime.site();
  let result = '';
  let place = 0;
  let count = 0;
  for (const match of matches(pattern, text, runtime)) {
    if (count >= limit) break;
    const piece =
      typeof replacement === 'string'
        ? expandTemplate(match, replacement, runtime)
        : toText(runtime.call(replacement, [match], NO_KEYWORDS, site), runtime);
    runtime.charge(1, piece.length + match.start - place);
    result += text.slice(place, match.start) + piece;
    place = match.end;
    count += 1;
  }
  return new Substitution(result + text.slice(place), count);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['f', '\f'],
  ['v', '\v'],
  ['a', '\x07'],
  ['b', '\b'],
  ['\\', '\\'],
]);

/** `\1`, `\g<name>` and the usual escapes in a replacement. */
export function expandTemplate(match: Match, template: string, runtime: Runtime): string {
  if (!template.includes('\\')) return template;
  return template.replace(
    /\\(?:g<([^>]*)>|([1-9]\d?)|0|(.))/gs,
    (whole, name: string | undefined, number: string | undefined, character: string | undefined) => {
      if (name !== undefined)
        return match.group(match.indexOf(/^\d+$/.test(name) ? Number(name) : name, runtime)) ?? '';
      if (number !== undefined) return match.group(groupNumber(match, Number(number), runtime)) ?? '';
      return character === undefined ? '\0' : (ESCAPES.get(character) ?? whole);
    },
  );
}

function groupNumber(match: Match, number: number, runtime: Runtime): number {
  if (number < match.places.length) return number;
  return runtime.raise('re.error', 'invalid group reference');
}

import { isAbsolute, join } from 'node:path';
import { checkRoot } from '../files.js';
import type { Evaluator } from '../interpreter.js';
import type { Runtime, Value } from '../value.js';
import { toText } from '../values/index.js';
import { IteratorObject } from '../values/iterator.js';
import { List } from '../values/list.js';
import { moduleNames } from './names.js';

/** `glob`: `*`, `?`, `[...]` and, with `recursive`, `**`; results are sorted. */
export function globModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  return moduleNames([
    [
      'glob',
      'pathname recursive?',
      ([pattern], inner) => new List(find(toText(pattern as Value, inner), runtime)),
    ],
    [
      'iglob',
      'pathname recursive?',
      ([pattern], inner) =>
        new IteratorObject('generator', find(toText(pattern as Value, inner), runtime)[Symbol.iterator]()),
    ],
    ['escape', 'pathname', ([path], inner) => toText(path as Value, inner).replace(/[*?[]/g, '[$&]')],
  ]);
}

/** `fnmatch` */
export function fnmatchModule(_runtime: Evaluator): ReadonlyMap<string, Value> {
  const test = (name: Value | undefined, pattern: Value | undefined, runtime: Runtime): boolean =>
    matchPart(toText(name as Value, runtime), toText(pattern as Value, runtime), runtime);
  return moduleNames([
    ['fnmatch', 'name pat', ([name, pattern], runtime) => test(name, pattern, runtime)],
    ['fnmatchcase', 'name pat', ([name, pattern], runtime) => test(name, pattern, runtime)],
    [
      'filter',
      'names pat',
      ([names, pattern], runtime) =>
        new List([...runtime.iterate(names as Value)].filter((name) => test(name, pattern, runtime))),
    ],
  ]);
}

function find(pattern: string, runtime: Evaluator): string[] {
  const { files, currentDirectory } = runtime.options.host;
  const parts = pattern.split('/').filter((part) => part !== '');
  let found = [isAbsolute(pattern) ? '/' : ''];
  const full = (path: string): string => (isAbsolute(path) ? path : join(currentDirectory, path));
  for (const part of parts) {
    const next: string[] = [];
    for (const base of found) {
      if (!/[*?[]/.test(part)) {
        const path = joined(base, part);
        if (files.stat(full(path)) !== undefined) next.push(path);
        continue;
      }
      if (files.stat(full(base))?.kind !== 'directory') continue;
      checkRoot(full(base), base, runtime);
      for (const name of [...files.readDirectory(full(base))].sort()) {
        runtime.charge(1, 16);
        if (name.startsWith('.') && !part.startsWith('.')) continue;
        if (matchPart(name, part, runtime)) next.push(joined(base, name));
      }
    }
    found = next;
  }
  return found.filter((path) => path !== '');
}

function joined(base: string, name: string): string {
  return base === '' || base.endsWith('/') ? base + name : `${base}/${name}`;
}

/** Shell patterns matched by two pointers: no pattern makes this slow. */
function matchPart(name: string, pattern: string, runtime: Runtime): boolean {
  const tokens = pattern.match(/\*|\?|\[!?\]?[^\]]*\]|[^]/g) ?? [];
  let place = 0;
  let token = 0;
  let star = -1;
  let mark = 0;
  while (place < name.length) {
    runtime.charge(1, 0);
    const current = tokens[token];
    if (current === '*') {
      star = token++;
      mark = place;
    } else if (current !== undefined && matchOne(name.charAt(place), current)) {
      place += 1;
      token += 1;
    } else if (star >= 0) {
      token = star + 1;
      place = ++mark;
    } else return false;
  }
  return tokens.slice(token).every((rest) => rest === '*');
}

function matchOne(character: string, token: string): boolean {
  if (token === '?') return true;
  if (token.length < 3 || !token.startsWith('[')) return token === character;
  const negated = token[1] === '!';
  const body = token.slice(negated ? 2 : 1, -1);
  let isIn = false;
  for (let i = 0; i < body.length; i++) {
    const end = body[i + 1] === '-' && i + 2 < body.length ? body.charAt(i + 2) : body.charAt(i);
    if (character >= body.charAt(i) && character <= end) isIn = true;
    if (end !== body.charAt(i)) i += 2;
  }
  return isIn !== negated;
}

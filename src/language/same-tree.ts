import type { Expression, Statement } from './ast.js';

/** Offsets, and what only they explain. */
const PLACES = new Set(['start', 'end', 'nameStart']);

/** Whether two trees differ in nothing but the places of their nodes. Works along trees of any depth. */
export function sameTree(
  a: Expression | readonly Statement[],
  b: Expression | readonly Statement[],
): boolean {
  const open: [unknown, unknown][] = [[a, b]];
  for (let pair = open.pop(); pair; pair = open.pop()) {
    const [left, right] = pair;
    if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) {
      if (!Object.is(left, right)) return false;
      continue;
    }
    const keys = Object.keys(left);
    if (Array.isArray(left) !== Array.isArray(right) || keys.length !== Object.keys(right).length)
      return false;
    for (const key of keys) {
      if (!(key in right)) return false;
      if (!PLACES.has(key)) open.push([(left as Part)[key], (right as Part)[key]]);
    }
  }
  return true;
}

type Part = Readonly<Record<string, unknown>>;

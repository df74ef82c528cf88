import type { Constraint } from '../../model/task-config.js';

/** Constraints as configs write them: `limit:2`, `r1,r2`, `!r3`. */
export function toConstraints(texts: Readonly<Record<string, string>>): Constraint[] {
  return Object.entries(texts).map(([name, text]) => {
    const limit = /^limit:(\d+)$/.exec(text)?.[1];
    if (limit !== undefined) return { name, constraint: { limit: { limit: Number(limit) } } };
    const negated = text.startsWith('!');
    const values = text.slice(negated ? 1 : 0).split(',');
    return { name, constraint: { value: { negated, values } } };
  });
}

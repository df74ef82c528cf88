import type { ConfigGroup, Range } from '../model/job-configuration.js';

/** `[10], [12-14]`: sorted by first. */
export function rangesText(ranges: readonly Range[]): string {
  return [...ranges]
    .sort((a, b) => a.first - b.first)
    .map(({ first, last }) => (first === last ? `[${first}]` : `[${first}-${last}]`))
    .join(', ');
}

export function rangesOf(groups: readonly ConfigGroup[] | undefined): Range[] {
  return (groups ?? []).flatMap((group) => group.instances);
}

export function countOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

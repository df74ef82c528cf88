/**
 * The difference of two texts by lines, for machines without a diff program: the shortest edit script (Myers),
 * printed in the classic form `11c11,13`, `<` and `>`.
 */
export interface Hunk {
  /** Half-open ranges of line indices. */
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

export function normalDiff(oldText: string, newText: string): string {
  const before = linesOf(oldText);
  const after = linesOf(newText);
  return diffHunks(before, after)
    .map((hunk) => hunkText(hunk, before, after))
    .join('');
}

/** Beyond this many edits the texts have nothing in common worth showing: one hunk replaces all. */
const MOST_EDITS = 5_000;

export function diffHunks(before: readonly string[], after: readonly string[]): Hunk[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let endBefore = before.length;
  let endAfter = after.length;
  while (endBefore > start && endAfter > start && before[endBefore - 1] === after[endAfter - 1]) {
    endBefore--;
    endAfter--;
  }
  const matches = commonLines(before.slice(start, endBefore), after.slice(start, endAfter));
  const hunks: Hunk[] = [];
  let oldStart = start;
  let newStart = start;
  for (const [oldLine, newLine] of [...matches, [endBefore - start, endAfter - start] as const]) {
    const oldEnd = start + oldLine;
    const newEnd = start + newLine;
    if (oldEnd > oldStart || newEnd > newStart) hunks.push({ oldStart, oldEnd, newStart, newEnd });
    oldStart = oldEnd + 1;
    newStart = newEnd + 1;
  }
  return hunks;
}

/** Pairs of equal lines on a shortest edit path, in order. */
function commonLines(a: readonly string[], b: readonly string[]): Array<readonly [number, number]> {
  const furthest = new Map<number, number>([[1, 0]]);
  const history: Array<ReadonlyMap<number, number>> = [];
  for (let edits = 0; edits <= Math.min(a.length + b.length, MOST_EDITS); edits++) {
    history.push(new Map(furthest));
    for (let k = -edits; k <= edits; k += 2) {
      let x = goesDown(furthest, k, edits) ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(history, a.length, b.length);
    }
  }
  return [];
}

function goesDown(furthest: ReadonlyMap<number, number>, k: number, edits: number): boolean {
  return k === -edits || (k !== edits && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1));
}

function walkBack(
  history: ReadonlyArray<ReadonlyMap<number, number>>,
  endX: number,
  endY: number,
): Array<readonly [number, number]> {
  const pairs: Array<readonly [number, number]> = [];
  let x = endX;
  let y = endY;
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const furthest = history[edits] ?? new Map<number, number>();
    const k = x - y;
    const fromK = goesDown(furthest, k, edits) ? k + 1 : k - 1;
    const fromX = furthest.get(fromK) ?? 0;
    const fromY = fromX - fromK;
    while (x > Math.max(fromX, 0) && y > Math.max(fromY, 0)) {
      x--;
      y--;
      pairs.push([x, y]);
    }
    x = fromX;
    y = fromY;
  }
  return pairs.reverse();
}

function hunkText(hunk: Hunk, before: readonly string[], after: readonly string[]): string {
  const removed = before.slice(hunk.oldStart, hunk.oldEnd).map((line) => `< ${line}\n`);
  const added = after.slice(hunk.newStart, hunk.newEnd).map((line) => `> ${line}\n`);
  const letter = removed.length === 0 ? 'a' : added.length === 0 ? 'd' : 'c';
  const head = `${rangeText(hunk.oldStart, hunk.oldEnd)}${letter}${rangeText(hunk.newStart, hunk.newEnd)}\n`;
  return head + removed.join('') + (letter === 'c' ? '---\n' : '') + added.join('');
}

/** Lines count from 1; an empty range names the line before it. */
function rangeText(start: number, end: number): string {
  if (end - start <= 1) return String(end);
  return `${start + 1},${end}`;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

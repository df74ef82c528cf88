/** A task whose processes are gone, as the collector sees it. */
export interface EndedTask {
  readonly taskId: string;
  readonly endedMs: number;
}

export interface GcFacts {
  readonly nowMs: number;
  /** Part of the disk that is in use, 0 to 1. */
  readonly diskUsed: number;
  readonly delayMs: number;
}

/** Free space below which old sandboxes must go at once. */
const HEADROOM = 0.1;

/**
 * How old a dead task's directory may get, as Mesos has it: a week on an empty disk, less and less as it
 * fills, nothing when only the headroom is left. An age below zero (the clock went back) is young.
 */
export function longestAgeMs({ diskUsed, delayMs }: Pick<GcFacts, 'diskUsed' | 'delayMs'>): number {
  return delayMs * Math.max(0, 1 - HEADROOM - Math.min(1, Math.max(0, diskUsed)));
}

/** What to remove now, oldest first. */
export function selectGarbage(ended: readonly EndedTask[], facts: GcFacts): EndedTask[] {
  const longest = longestAgeMs(facts);
  return ended
    .filter((task) => facts.nowMs - task.endedMs >= longest)
    .sort((a, b) => a.endedMs - b.endedMs || (a.taskId < b.taskId ? -1 : 1));
}

import { expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { AgentRig, oneProcess } from './rig/agent-rig.js';

const BATCH = 25;

/** Descriptors of this process, and what keeps its event loop busy; both without what waits for a moment only. */
function held(): { readonly descriptors: number; readonly timers: number; readonly watchers: number } {
  const resources = process.getActiveResourcesInfo();
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    timers: resources.filter((name) => name === 'Timeout').length,
    watchers: resources.filter((name) => /FSEvent|Process/.test(name)).length,
  };
}

test('I11: after 200 tasks came and went nothing of them is held', async () => {
  const rig = new AgentRig();
  await rig.scheduler.start();
  await rig.start();
  const run = async (from: number, count: number): Promise<void> => {
    const ids = Array.from({ length: count }, (_, index) => `t${from + index}`);
    await Promise.all(ids.map((id) => rig.launch(id, oneProcess('true'))));
    for (const id of ids) expect((await rig.scheduler.untilEnd(id)).at(-1)).toBe('FINISHED: Task finished.');
  };
  try {
    await run(0, BATCH);
    const settled = async (base?: ReturnType<typeof held>): Promise<ReturnType<typeof held>> => {
      // Acknowledgements, connections that are kept for a moment, the last coordinators.
      for (let look = 0; ; look++) {
        const now = held();
        const pending = rig.composed?.agent.updates.pending.length ?? 0;
        const done = base
          ? now.descriptors <= base.descriptors + 2 &&
            now.timers <= base.timers + 2 &&
            now.watchers <= base.watchers
          : look >= 10;
        if ((done && pending === 0) || look >= 200) return now;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };

    const base = await settled();
    for (let from = BATCH; from < 200; from += BATCH) await run(from, BATCH);

    const after = await settled(base);
    expect(after.descriptors).toBeLessThanOrEqual(base.descriptors + 2);
    expect(after.timers).toBeLessThanOrEqual(base.timers + 2);
    expect(after.watchers).toBeLessThanOrEqual(base.watchers);
    expect(rig.composed?.agent.tasks.live).toEqual([]);
    expect(rig.composed?.agent.updates.pending).toEqual([]);
    expect(rig.pidsLeft()).toEqual([]);
  } finally {
    await rig.dispose();
  }
}, 60_000);

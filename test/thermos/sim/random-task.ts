import { below, type Random } from '../../../src/base/random.js';
import { parseTask, type Task } from '../../../src/model/process.js';

/** A task of up to eight processes with any valid order among them. */
export function randomTask(random: Random): Task {
  const chance = (probability: number): boolean => random.next() < probability;
  const count = 1 + below(random, 8);
  const processes = Array.from({ length: count }, (_, index) => ({
    name: `p${index}`,
    cmdline: 'true',
    max_failures: chance(0.6) ? 1 : below(random, 4),
    min_duration: chance(0.5) ? 0 : below(random, 6),
    daemon: chance(0.1),
    ephemeral: chance(0.1),
    final: chance(0.2),
  }));
  const constraints: Array<{ order: string[] }> = [];
  const density = random.next() * 0.6;
  for (const [index, after] of processes.entries()) {
    for (const before of processes.slice(0, index)) {
      const isAllowed =
        before.final === after.final && !before.daemon && !(before.ephemeral && !after.ephemeral);
      if (isAllowed && chance(density)) constraints.push({ order: [before.name, after.name] });
    }
  }
  const parsed = parseTask({
    name: 'simulated',
    processes,
    constraints,
    max_failures: below(random, 4),
    max_concurrency: chance(0.5) ? 0 : 1 + below(random, 3),
    finalization_wait: below(random, 31),
  });
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

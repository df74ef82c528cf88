import { median, type Row } from './row.js';
import { leftBelow, removeFolder, scratchFolder, startTask, taskOf } from './thermos-bench.js';

export const name = 'kill';

const TASKS = 200;
const GRACE_MS = 1000;

/** Tasks that ignore SIGTERM and have children: seconds from the kill until no process is left. */
export async function run(): Promise<Row[]> {
  const figures: number[] = [];
  for (let round = 0; round < 3; round++) {
    const folder = scratchFolder();
    try {
      const cmdline = `trap '' TERM; sleep 1000 & setsid sleep 1000 & wait; wait`;
      const task = taskOf([{ name: 'stubborn', cmdline }]);
      const running: Array<Promise<void>> = [];
      const tasks = Array.from({ length: TASKS }, (_, index) => {
        let done: () => void = () => undefined;
        running.push(new Promise((resolve) => (done = resolve)));
        return startTask(folder, `t${index}`, task, (event) => {
          if (event.kind === 'process' && event.state === 'RUNNING') done();
        });
      });
      await Promise.all(running);
      const start = performance.now();
      for (const { runner } of tasks) runner.kill({ forced: 'KILLED', deadlineMs: GRACE_MS });
      await Promise.all(tasks.map(({ ended }) => ended));
      figures.push((performance.now() - start) / 1000);
      const left = leftBelow(folder);
      if (left > 0) throw new Error(`${left} processes are left`);
    } finally {
      removeFolder(folder);
    }
  }
  return [
    {
      metric: `${TASKS} tasks that ignore SIGTERM, grace 1 s, until nothing is left`,
      value: median(figures),
      unit: 's',
      target: GRACE_MS / 1000 + 0.2,
    },
  ];
}

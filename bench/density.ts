import { readFileSync } from 'node:fs';
import { systemProcessTable } from '../src/thermos/process-table.js';
import { median, type Row } from './row.js';
import { removeFolder, residentBytes, scratchFolder, startTask, taskOf } from './thermos-bench.js';

export const name = 'density';

const TASKS = 100;

/** A hundred tasks of `sleep` under one process: memory a task, shells included, and time to RUNNING. */
export async function run(): Promise<Row[]> {
  const folder = scratchFolder();
  const before = residentBytes();
  const times: number[] = [];
  const running: Array<Promise<void>> = [];
  const tasks = [];
  try {
    for (let index = 0; index < TASKS; index++) {
      const start = performance.now();
      let done: () => void = () => undefined;
      running.push(new Promise((resolve) => (done = resolve)));
      const task = taskOf([{ name: 'sleep', cmdline: 'sleep 60' }]);
      tasks.push(
        startTask(folder, `t${index}`, task, (event) => {
          if (event.kind !== 'process' || event.state !== 'RUNNING') return;
          times.push(performance.now() - start);
          done();
        }),
      );
      await running.at(-1);
    }
    const shells = tasks
      .flatMap(({ runner }) => runner.processes().map((one) => one.coordinatorPid ?? 0))
      .filter((pid) => systemProcessTable.lookUp(pid) !== undefined);
    const shellBytes = shells.reduce((sum, pid) => sum + proportionalBytes(pid), 0);
    const perTask = (residentBytes() - before + shellBytes) / TASKS / 1_048_576;
    return [
      { metric: 'memory a task, coordinator included', value: perTask, unit: 'MB', target: 1.5 },
      { metric: 'from start to RUNNING, one after the other', value: median(times), unit: 'ms', target: 10 },
    ];
  } finally {
    for (const { runner } of tasks) runner.kill({ forced: 'KILLED', deadlineMs: 5000 });
    await Promise.all(tasks.map(({ ended }) => ended));
    removeFolder(folder);
  }
}

function proportionalBytes(pid: number): number {
  const match = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  return Number(match?.[1] ?? 0) * 1024;
}

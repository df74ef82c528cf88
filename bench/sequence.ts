import { spawnSync } from 'node:child_process';
import { median, type Row } from './row.js';
import { removeFolder, scratchFolder, startTask, taskOf } from './thermos-bench.js';

export const name = 'sequence';

const STEPS = 100;

/** Wall time of a hundred processes, each waiting for the one before. */
export async function run(): Promise<Row[]> {
  const folder = scratchFolder();
  const ours: number[] = [];
  const loop: number[] = [];
  try {
    const names = Array.from({ length: STEPS }, (_, index) => `p${index}`);
    const task = taskOf(
      names.map((one) => ({ name: one, cmdline: 'true' })),
      { constraints: [{ order: names }] },
    );
    for (let round = 0; round < 5; round++) {
      let start = performance.now();
      await startTask(folder, `t${round}`, task).ended;
      ours.push((performance.now() - start) / 1000);
      start = performance.now();
      spawnSync('sh', ['-c', `i=0; while [ $i -lt ${STEPS} ]; do bash -c true; i=$((i+1)); done`]);
      loop.push((performance.now() - start) / 1000);
    }
  } finally {
    removeFolder(folder);
  }
  return [
    {
      metric: '100 processes in a row',
      value: median(ours),
      unit: 's',
      peer: 'sh loop of bash -c true',
      peerValue: median(loop),
      target: 0.5,
      note: 'the original: 40.8 s',
    },
  ];
}

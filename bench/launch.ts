import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, type Row } from './row.js';
import {
  commandCpuSecs,
  removeFolder,
  scratchFolder,
  startTask,
  taskOf,
  treeCpuSecs,
} from './thermos-bench.js';

export const name = 'launch';

const PROCESSES = 1000;
const WARM_UP_ROUNDS = 2;
const ROUNDS = 5;

/** CPU of a process with full supervision: bash, start, wait, status on disk, logs; a thousand in one task, in an agent that has run some before. */
export async function run(): Promise<Row[]> {
  const folder = scratchFolder();
  const figures = new Map<string, number[]>();
  const add = (key: string, secs: number | undefined): void => {
    if (secs !== undefined) figures.set(key, [...(figures.get(key) ?? []), (secs * 1000) / PROCESSES]);
  };
  try {
    const names = Array.from({ length: PROCESSES }, (_, index) => `p${index}`);
    const task = taskOf(names.map((one) => ({ name: one, cmdline: 'true' })));
    const targets = names.join(' ');
    writeFileSync(
      join(folder, 'Makefile'),
      `SHELL=/bin/bash\nall: ${targets}\n.PHONY: all ${targets}\n${targets}:\n\t@true;\n`,
    );
    const rules = names.map((one) => `build ${one}: run`).join('\n');
    writeFileSync(join(folder, 'build.ninja'), `rule run\n  command = bash -c 'true;'\n${rules}\n`);
    for (let round = 0; round < WARM_UP_ROUNDS; round++) await startTask(folder, `w${round}`, task).ended;
    for (let round = 0; round < ROUNDS; round++) {
      const before = treeCpuSecs();
      await startTask(folder, `t${round}`, task).ended;
      add('ours', treeCpuSecs() - before);
      add('make -j2', commandCpuSecs('make', ['-s', '-j2', '-C', folder]));
      add('ninja -j2', commandCpuSecs('ninja', ['-j2', '-C', folder]));
      const lines = 'true\n'.repeat(PROCESSES);
      add('xargs -P2 bash -c', commandCpuSecs('xargs', ['-P2', '-n1', 'bash', '-c'], lines));
      add('parallel -j2', commandCpuSecs('parallel', ['-j2'], lines));
      add('floor: sh loop of bash -c', commandCpuSecs('sh', ['-c', SHELL_LOOP]));
    }
  } finally {
    removeFolder(folder);
  }
  const ours = median(figures.get('ours') ?? []);
  const make = median(figures.get('make -j2') ?? []);
  return [...figures]
    .filter(([key]) => key !== 'ours')
    .map(([peer, values]) => ({
      metric: 'CPU a process, whole tree',
      value: ours,
      unit: 'ms',
      peer,
      peerValue: median(values),
      ...(peer === 'make -j2' && { target: make }),
    }));
}

const SHELL_LOOP = `i=0; while [ $i -lt ${PROCESSES} ]; do bash -c 'true;'; i=$((i+1)); done`;

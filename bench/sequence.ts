import { spawnSync } from 'node:child_process';
import { median, type Row } from './row.js';
import { removeFolder, scratchFolder, startTask, taskOf, treeCpuSecs } from './thermos-bench.js';

export const name = 'sequence';

const STEPS = 100;

/** Wall time of a hundred processes, each waiting for the one before; and what ten times as many cost, each. */
export async function run(): Promise<Row[]> {
  const folder = scratchFolder();
  const growth: Row[] = [];
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
    for (const shape of SHAPES) growth.push(await growthOf(folder, shape));
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
    ...growth,
  ];
}

interface Shape {
  readonly name: string;
  readonly sizes: readonly [number, number];
  /** What is wanted of the larger over the smaller: a start costs the same however many there are. */
  readonly target: number;
  readonly more: (names: readonly string[]) => Record<string, unknown>;
}

const SHAPES: readonly Shape[] = [
  { name: 'side by side', sizes: [1000, 10_000], target: 1.25, more: () => ({}) },
  {
    name: 'side by side, at most 2 at once',
    sizes: [1000, 10_000],
    target: 1.25,
    more: () => ({ max_concurrency: 2 }),
  },
  {
    name: 'a chain',
    sizes: [100, 1000],
    target: 1.25,
    more: (names) => ({ constraints: [{ order: names }] }),
  },
  {
    name: 'one, then all, then one',
    sizes: [100, 1000],
    target: 1.25,
    more: (names) => ({
      constraints: names.slice(1, -1).map((name) => ({ order: [names[0], name, names.at(-1)] })),
    }),
  },
];

/** CPU a process of the larger task over that of the smaller. */
async function growthOf(folder: string, { name, sizes, target, more }: Shape): Promise<Row> {
  const costs: number[] = [];
  for (const size of sizes) {
    const names = Array.from({ length: size }, (_, index) => `p${index}`);
    const task = taskOf(
      names.map((one) => ({ name: one, cmdline: 'true' })),
      more(names),
    );
    const before = treeCpuSecs();
    await startTask(folder, `${size}-${name.replace(/\W/g, '-')}`, task).ended;
    costs.push(((treeCpuSecs() - before) * 1000) / size);
  }
  const [small = NaN, large = NaN] = costs;
  return {
    metric: `${name}: ${sizes[1]} processes over ${sizes[0]}, CPU each`,
    value: large / small,
    unit: 'ratio',
    target,
    note: `${small.toFixed(2)} and ${large.toFixed(2)} ms`,
  };
}

import type { Row } from './row.js';
import {
  removeFolder,
  residentBytes,
  scratchFolder,
  startTask,
  taskOf,
  treeCpuSecs,
} from './thermos-bench.js';

export const name = 'logs';

const GIGABYTE = 1_073_741_824;

/** A writer at full speed: our own CPU and memory, and with rotation the speed of the whole. */
export async function run(): Promise<Row[]> {
  const plain = await measure(undefined);
  const rotating = await measure({
    destination: 'file',
    mode: 'rotate',
    rotate: { log_size: Math.floor(GIGABYTE / 10), backups: 2 },
  });
  return [
    { metric: 'own CPU a GB, no rotation', value: plain.ownCpuSecs, unit: 's', target: 0 },
    { metric: 'own memory growth, no rotation', value: plain.growthMb, unit: 'MB', target: 16 },
    { metric: 'speed with rotation', value: rotating.mbPerSec, unit: 'MB/s', target: 300 },
    { metric: 'CPU a GB with rotation, writer included', value: rotating.treeCpuSecs, unit: 's' },
    { metric: 'own memory growth with rotation', value: rotating.growthMb, unit: 'MB', target: 16 },
  ];
}

interface Figures {
  readonly ownCpuSecs: number;
  readonly treeCpuSecs: number;
  readonly growthMb: number;
  readonly mbPerSec: number;
}

async function measure(logger: unknown): Promise<Figures> {
  const folder = scratchFolder();
  try {
    const cmdline = `head -c ${GIGABYTE} /dev/zero`;
    const task = taskOf([{ name: 'writer', cmdline, ...(logger !== undefined && { logger }) }]);
    const memory = residentBytes();
    const own = process.cpuUsage();
    const tree = treeCpuSecs();
    const start = performance.now();
    await startTask(folder, 't', task).ended;
    const secs = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(own);
    return {
      ownCpuSecs: (user + system) / 1e6,
      treeCpuSecs: treeCpuSecs() - tree,
      growthMb: Math.max(0, residentBytes() - memory) / 1_048_576,
      mbPerSec: GIGABYTE / 1_048_576 / secs,
    };
  } finally {
    removeFolder(folder);
  }
}

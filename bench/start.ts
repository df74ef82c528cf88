import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, type Row } from './row.js';

/** What a person waits for: the wall time of a command over that of a bare `node -e 0` in the same run. */
export const name = 'start';

const ROUNDS = 15;

interface Command {
  readonly metric: string;
  readonly args: readonly string[];
  readonly target: number;
}

export async function run(): Promise<Row[]> {
  const root = process.cwd();
  const home = mkdtempSync(join(tmpdir(), 'aurora-start-'));
  const aurora = join(root, 'bin', 'aurora.js');
  const file = join(root, 'configs', 'examples', 'hello_world.aurora');
  const commands: readonly Command[] = [
    { metric: 'aurora --version', args: [aurora, '--version'], target: 1.25 },
    { metric: 'aurora config list', args: [aurora, 'config', 'list', file], target: 1.8 },
    {
      metric: 'aurora job inspect',
      args: [aurora, 'job', 'inspect', 'cluster1/www-data/devel/hello_world', file],
      target: 1.8,
    },
  ];
  try {
    // Taken in turns, so that a busy moment of the machine falls on all of them.
    const bare: number[] = [];
    const times = commands.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(wallMs(['-e', '0'], home));
      for (const [index, { args }] of commands.entries()) times[index]?.push(wallMs(args, home));
    }
    const bareMs = median(bare);
    return commands.map(({ metric, target }, index) => ({
      metric,
      value: median(times[index] ?? []) / bareMs,
      unit: 'x bare node',
      peer: 'bare node, ms',
      peerValue: bareMs,
      target,
    }));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function wallMs(args: readonly string[], home: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, HOME: home, AURORA_HOME: home },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  return performance.now() - start;
}

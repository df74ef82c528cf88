import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobsProgram } from './jobs-program.js';
import { median, type Row } from './row.js';

/** What a person waits for who inspects one job of a config that defines a thousand. */
export const name = 'one-of-many';

const JOBS = 1_000;
const ROUNDS = 11;

export async function run(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'aurora-one-of-many-'));
  try {
    const program = jobsProgram(JOBS).replace("cluster='east'", "cluster='cluster1'");
    writeFileSync(join(home, 'jobs.aurora'), program);
    writeFileSync(join(home, 'job.aurora'), program.replace(`range(${JOBS})`, 'range(777, 778)'));
    // In turns, so that a busy moment of the machine falls on all of them.
    const [bare, one, many]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(wallMs(['-e', '0'], home));
      one.push(wallMs(inspect('job.aurora'), home));
      many.push(wallMs(inspect('jobs.aurora'), home));
    }
    return [
      {
        metric: `job inspect, one of ${JOBS} jobs`,
        value: median(many),
        unit: 'ms',
        target: 250,
        peer: 'original client',
        peerValue: 9_200,
        note: `wall; bare node ${median(bare).toFixed(0)} ms in the same run`,
      },
      {
        metric: 'job inspect, the only job',
        value: median(one),
        unit: 'ms',
        note: 'wall; the rest is what the other 999 cost',
      },
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function inspect(file: string): string[] {
  const aurora = join(process.cwd(), 'bin', 'aurora.js');
  return [aurora, 'job', 'inspect', 'cluster1/www/prod/app-777', file];
}

function wallMs(args: readonly string[], home: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: home,
    env: { ...process.env, HOME: home, AURORA_HOME: home },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  return performance.now() - start;
}

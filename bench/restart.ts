import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskFileSystem } from '../src/base/file-system.js';
import { packageRoot } from '../src/base/package-root.js';
import type { SchedulerEndpoint } from '../src/model/cluster.js';
import { recoverStore } from '../src/storage/recover.js';
import { openSqlitePersistence } from '../src/storage/sqlite-persistence.js';
import { BenchCluster } from './cluster.js';

/** Milliseconds from the start of a process to the API's first answer, and of a bare `node -e 0` between them. */
export interface Restarts {
  readonly daemonMs: readonly number[];
  readonly bareMs: readonly number[];
}

/** Kills a real daemon with -9 and starts it again on a store of so many running tasks, without agents. */
export async function restarts(tasks: number, rounds: number): Promise<Restarts> {
  const home = mkdtempSync(join(tmpdir(), 'aurora-bench-restart-'));
  try {
    fillStore(home, tasks);
    writeFileSync(
      join(home, 'cluster.json'),
      JSON.stringify({ name: 'bench', agents: [], httpPort: 0, options: [] }),
    );
    const daemonMs: number[] = [];
    const bareMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      daemonMs.push(await restart(home));
      bareMs.push(await bareNode());
    }
    return { daemonMs, bareMs };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function fillStore(home: string, tasks: number): void {
  const persistence = openSqlitePersistence({ directory: home, fileSystem: diskFileSystem });
  const cluster = new BenchCluster({}, recoverStore(persistence), persistence);
  cluster.addHosts(100, { cpus: 2000, ramMb: 1 << 30, diskMb: 1 << 30 });
  for (let job = 0; job < tasks / 100; job++) {
    cluster.submit(`job${job}`, 100);
    cluster.settle(5);
    cluster.report('STARTING', 'RUNNING');
  }
  persistence.close();
}

async function restart(home: string): Promise<number> {
  const endpointPath = join(home, 'scheduler.json');
  rmSync(endpointPath, { force: true });
  const program = join(packageRoot(), 'dist', 'daemon.cjs');
  const start = performance.now();
  const child = spawn(process.execPath, [program, '--home', home], { stdio: 'ignore' });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  try {
    while (!existsSync(endpointPath)) {
      if (child.exitCode !== null) throw new Error(`the daemon ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await answers(JSON.parse(readFileSync(endpointPath, 'utf8')) as SchedulerEndpoint);
    return performance.now() - start;
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
}

function answers({ socketPath }: SchedulerEndpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/health', headers: { host: 'localhost' } }, (response) => {
      response.resume().on('end', resolve);
    })
      .on('error', reject)
      .end();
  });
}

async function bareNode(): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  return performance.now() - start;
}

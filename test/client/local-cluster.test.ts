import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { diskFileSystem } from '../../src/base/file-system.js';
import type { LocalCluster } from '../../src/client/cluster.js';
import type { DaemonLauncher } from '../../src/client/daemon-launcher.js';
import { Interruption } from '../../src/client/interruption.js';
import {
  ensureRunning,
  lastWords,
  stopCluster,
  LocalClusterError,
  type LocalClusterServices,
} from '../../src/client/local-cluster.js';
import { TransportError, type HttpReply, type HttpRequest } from '../../src/client/transport.js';
import { InstantClock } from '../rig/instant-clock.js';

let folder: string;
let cluster: LocalCluster;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-local-'));
  const definition = { name: 'c1', httpPort: 0, options: [], agents: [] };
  cluster = {
    kind: 'local',
    name: 'c1',
    home: join(folder, 'c1'),
    definition: () => Promise.resolve(definition),
  };
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A daemon as the client sees it: what its start does to the home, and whether it lives. */
class FakeDaemons implements DaemonLauncher {
  readonly started: string[][] = [];
  readonly signals: string[] = [];
  readonly alive = new Set<number>();

  constructor(private readonly onStart: (daemons: FakeDaemons) => number | undefined) {}

  start(entry: string, args: readonly string[]) {
    this.started.push([entry, ...args]);
    const exitCode = this.onStart(this);
    return {
      pid: 4242,
      ended: exitCode === undefined ? new Promise<never>(() => undefined) : Promise.resolve({ exitCode }),
    };
  }

  isAlive(pid: number): boolean {
    return this.alive.has(pid);
  }

  signal(_pid: number, signal: NodeJS.Signals): void {
    this.signals.push(signal);
  }
}

function writeEndpoint(pid = 4242): void {
  mkdirSync(cluster.home, { recursive: true });
  writeFileSync(
    join(cluster.home, 'scheduler.json'),
    JSON.stringify({ pid, socketPath: '/s', httpUrl: 'http://127.0.0.1:1', version: '1', startedMs: 0 }),
  );
}

function services(
  daemons: DaemonLauncher,
  send: (request: HttpRequest) => Promise<HttpReply> = () => Promise.resolve(OK),
  interrupted = new AbortController().signal,
): LocalClusterServices {
  return {
    files: diskFileSystem,
    clock: new InstantClock(),
    transport: { send },
    daemons,
    interrupted,
    packageRoot: '/package',
    onProgress: () => undefined,
  };
}

const OK: HttpReply = {
  status: 200,
  reason: 'OK',
  headers: new Map(),
  body: Buffer.from(JSON.stringify({ name: 'c1', agents: [] })),
};

describe('local cluster', () => {
  test('starts the daemon once and waits until it answers', async () => {
    const daemons = new FakeDaemons((self) => {
      self.alive.add(4242);
      writeEndpoint();
      return undefined;
    });
    let refusals = 3;
    const all = services(daemons, () =>
      refusals-- > 0
        ? Promise.reject(new TransportError('Connection refused', 'ECONNREFUSED'))
        : Promise.resolve(OK),
    );
    expect(await ensureRunning(cluster, all)).toMatchObject({ startedNow: true, endpoint: { pid: 4242 } });
    expect(daemons.started).toEqual([['/package/dist/daemon.cjs', '--home', cluster.home]]);
    expect(JSON.parse(diskFileSystem.readText(join(cluster.home, 'cluster.json')))).toMatchObject({
      name: 'c1',
    });
    expect(diskFileSystem.stat(cluster.home)?.mode).toBe(0o700);
    expect(await ensureRunning(cluster, all)).toMatchObject({ startedNow: false });
    expect(daemons.started).toHaveLength(1);
  });

  test('a file of a daemon that died is not believed', async () => {
    writeEndpoint(11);
    const daemons = new FakeDaemons((self) => {
      self.alive.add(4242);
      writeEndpoint();
      return undefined;
    });
    expect((await ensureRunning(cluster, services(daemons))).endpoint.pid).toBe(4242);
  });

  test('a daemon that ends at once is an error with the end of its log', async () => {
    const daemons = new FakeDaemons(() => {
      writeFileSync(join(cluster.home, 'scheduler.log'), 'first\nport 80 is taken\n');
      return 1;
    });
    const failure = ensureRunning(cluster, services(daemons));
    await expect(failure).rejects.toThrow(LocalClusterError);
    await expect(failure).rejects.toThrow(/exit code 1.*\n {2}first\n {2}port 80 is taken/);
  });

  test('losing the race to another command is no failure', async () => {
    const daemons = new FakeDaemons((self) => {
      self.alive.add(77);
      writeEndpoint(77);
      return 1;
    });
    expect((await ensureRunning(cluster, services(daemons))).endpoint.pid).toBe(77);
  });

  test('a daemon that never answers is told to end', async () => {
    const daemons = new FakeDaemons(() => undefined);
    await expect(ensureRunning(cluster, services(daemons))).rejects.toThrow(
      'does not answer after 30 seconds',
    );
    expect(daemons.signals).toEqual(['SIGTERM']);
  });

  test('Ctrl-C while it starts leaves nothing half started', async () => {
    const interruption = new AbortController();
    const daemons = new FakeDaemons(() => {
      interruption.abort();
      return undefined;
    });
    await expect(ensureRunning(cluster, services(daemons, undefined, interruption.signal))).rejects.toThrow(
      Interruption,
    );
    expect(daemons.signals).toEqual(['SIGTERM']);
  });

  test('a home that cannot be written says so', async () => {
    writeFileSync(join(folder, 'file'), '');
    const inFile = { ...cluster, home: join(folder, 'file', 'c1') };
    const daemons = new FakeDaemons(() => undefined);
    await expect(ensureRunning(inFile, services(daemons))).rejects.toThrow(
      /Cannot keep the state of cluster c1 in/,
    );
    expect(daemons.started).toEqual([]);
  });

  test('stop asks the scheduler and waits for its end', async () => {
    writeEndpoint();
    const daemons = new FakeDaemons(() => undefined);
    daemons.alive.add(4242);
    const asked: string[] = [];
    const all = services(daemons, (request) => {
      asked.push(
        `${request.method} ${new URL(request.url).pathname} ${Buffer.from(request.body ?? []).toString()}`,
      );
      daemons.alive.delete(4242);
      return Promise.resolve({ ...OK, body: Buffer.from('{}') });
    });
    expect(await stopCluster(cluster, all)).toBe(true);
    expect(asked).toEqual(['POST /cluster/v1/stop {"killTasks":true}']);
    expect(await stopCluster(cluster, all)).toBe(false);
  });
});

describe('last words', () => {
  test.each([
    ['what was said outside the log', '{"level":"error"}\nThe disk is full.\n', 'The disk is full.'],
    ['none when the log ends as usual', 'old\n{"level":"info"}\n', undefined],
    ['none in an empty log', '', undefined],
  ])('%s', (_, log, expected) => {
    writeEndpoint();
    writeFileSync(join(cluster.home, 'scheduler.log'), log);
    expect(lastWords(cluster, services(new FakeDaemons(() => undefined)))).toBe(expected);
  });

  test('none while the scheduler lives', () => {
    writeEndpoint();
    writeFileSync(join(cluster.home, 'scheduler.log'), 'The disk is full.\n');
    const daemons = new FakeDaemons(() => undefined);
    daemons.alive.add(4242);
    expect(lastWords(cluster, services(daemons))).toBeUndefined();
  });
});

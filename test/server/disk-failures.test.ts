import { rmSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/clock.js';
import { diskFileSystem, type FileSystem } from '../../src/base/file-system.js';
import { silentLogger } from '../../src/base/logging.js';
import { systemRandom } from '../../src/base/random.js';
import { startDaemon, type Daemon } from '../../src/server/daemon.js';
import { StartError } from '../../src/server/start-error.js';
import { StorageFailure } from '../../src/storage/persistence.js';
import { recoverStore } from '../../src/storage/recover.js';
import { openSqlitePersistence } from '../../src/storage/sqlite-persistence.js';
import { FailingDisk, type DiskErrorCode } from '../rig/failing-files.js';
import { jobConfiguration } from '../rig/job-configuration.js';
import { TestCluster } from '../rig/test-cluster.js';

const CODES: readonly DiskErrorCode[] = ['EIO', 'ENOSPC', 'EMFILE', 'ENFILE', 'ENOMEM', 'EDQUOT'];

let homes: string[] = [];
afterEach(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true });
  homes = [];
});

interface Life {
  readonly acknowledged: readonly string[];
  /** Why the daemon did not start or ended before it was asked to. */
  readonly failure: unknown;
}

/** One daemon in this process, from its start to its end, with all that it writes on the way. */
async function live(cluster: TestCluster, files: FileSystem): Promise<Life> {
  const acknowledged: string[] = [];
  let failure: unknown;
  let daemon: Daemon | undefined;
  let ended: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  try {
    daemon = await startDaemon(cluster.home, {
      version: '0.0.0',
      agentCommand: [],
      files,
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      soon: (callback) => setImmediate(callback),
      ended: (error) => {
        // A process would be gone with the error; here it is still to be taken apart.
        if (error === undefined) ended();
        else failure ??= error;
      },
    });
  } catch (error) {
    return { acknowledged, failure: error };
  }
  const job = async (name: string): Promise<void> => {
    const description = jobConfiguration({ role: 'web', environment: 'devel', name });
    const { responseCode } = await cluster.call('createJob', { description });
    if (responseCode === 'OK') acknowledged.push(name);
  };
  try {
    await job('before');
    await cluster.call('performBackup', {});
    await cluster.call('snapshot', {});
    await job('after');
  } catch (error) {
    failure ??= error;
  }
  daemon.quit();
  await end;
  return { acknowledged, failure };
}

function storedJobs(home: string): string[] {
  const persistence = openSqlitePersistence({ directory: home, fileSystem: diskFileSystem });
  try {
    return Array.from(recoverStore(persistence).jobKeys(), (key) => key.split('/')[2] ?? '');
  } finally {
    persistence.close();
  }
}

test.each(
  CODES.flatMap((code) => [[code, 'once', false] as const, [code, 'and all after it', true] as const]),
)(
  'whichever call to the disk fails with %s %s: the daemon goes on, or ends with a sentence, and loses nothing',
  async (code, _, forGood) => {
    for (let call = 0; ; call++) {
      const cluster = new TestCluster('', []);
      homes.push(cluster.home);
      const disk = new FailingDisk(code, call, forGood);
      const { acknowledged, failure } = await live(cluster, disk.wrap(diskFileSystem));
      const stored = storedJobs(cluster.home);
      expect(acknowledged.filter((name) => !stored.includes(name))).toEqual([]);
      if (!disk.hasFailed) {
        expect([acknowledged, failure]).toEqual([['before', 'after'], undefined]);
        expect(call).toBeGreaterThan(10);
        return;
      }
      if (failure === undefined) expect(acknowledged).toEqual(['before', 'after']);
      else expect([StartError, StorageFailure]).toContain((failure as Error).constructor);
      if (failure instanceof Error) expect(failure.message).not.toContain('\n');
      // Nothing of it is in the way of the next one.
      if (call % 4 === 0) expect(await live(cluster, diskFileSystem)).toMatchObject({ failure: undefined });
    }
  },
  60_000,
);

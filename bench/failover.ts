import { recoverStore } from '../src/storage/recover.js';
import { BenchCluster, cpuSeconds } from './cluster.js';
import { withStore } from './durable.js';
import { restarts } from './restart.js';
import { median, type Row } from './row.js';

export const name = 'failover';

const TASKS = 100_000;
const AGENTS = 2000;
const ROUNDS = 5;

/** A store of 100,000 running tasks is opened, read, its agents register, and a pending task is placed. */
export async function run(): Promise<Row[]> {
  return [...(await fromStore()), ...(await ofRealDaemon())];
}

async function ofRealDaemon(): Promise<Row[]> {
  const { daemonMs, bareMs } = await restarts(10_000, ROUNDS);
  return [
    {
      metric: 'kill -9 of a daemon with 10,000 tasks, start to first answer',
      value: median(daemonMs) / 1000,
      unit: 's',
      target: 1,
      peer: 'bare node -e 0',
      peerValue: median(bareMs) / 1000,
      note: 'wall time of a real process',
    },
  ];
}

function fromStore(): Promise<Row[]> {
  return withStore((open) => {
    const first = open();
    const cluster = new BenchCluster({}, recoverStore(first), first);
    cluster.addHosts(AGENTS, SHAPE);
    for (let job = 0; job < 100; job++) {
      cluster.submit(`job${job}`, TASKS / 100);
      cluster.settle(5);
      cluster.report('STARTING', 'RUNNING');
    }
    first.close();
    const seconds = Array.from({ length: ROUNDS }, (_, round) => {
      let placed = 0;
      const taken = cpuSeconds(() => {
        const persistence = open();
        const next = new BenchCluster({}, recoverStore(persistence), persistence);
        next.addHosts(1, SHAPE);
        next.submit(`after${round}`, 1);
        next.settle(5);
        placed = next.launched;
        persistence.close();
      });
      if (placed !== 1) throw new Error(`placed ${placed}`);
      return taken;
    });
    return [
      {
        metric: 'from opening the store of 100,000 tasks to the first new assignment',
        value: median(seconds),
        unit: 's',
        peer: 'Borg, published',
        peerValue: 10,
        target: 2,
        note: 'CPU time; every task read from the log, no snapshot',
      },
    ];
  });
}

const SHAPE = { cpus: 128, ramMb: 524_288, diskMb: 4_000_000 };

import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { KEY_PREFIX, LocalCluster } from './local-cluster.js';
import { median, type Row } from './row.js';

/** From the return key to RUNNING, on a cluster that is up: `aurora job create --wait-until RUNNING`. */
export const name = 'create';

const ROUNDS = 15;

/** As a person types: shared machines slow down whoever computes without a pause. */
const PAUSE_MS = 2_000;

const CONFIG = `
task = Task(name='sleeper', processes=[Process(name='sleep', cmdline='sleep 600')],
            resources=Resources(cpu=0.1, ram=16*MB, disk=16*MB))
jobs = [Service(cluster='cluster1', role='www-data', environment='devel', name='job{{n}}', task=task)]
`;

export async function run(): Promise<Row[]> {
  const cluster = new LocalCluster();
  try {
    const file = join(cluster.home, 'sleeper.aurora');
    writeFileSync(file, CONFIG);
    cluster.start();
    const create = (n: string): number =>
      cluster.run(
        'job',
        'create',
        '--wait-until',
        'RUNNING',
        '--bind',
        `n=${n}`,
        `${KEY_PREFIX}/job${n}`,
        file,
      );
    create('first');
    const bare: number[] = [];
    const created: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await wait(PAUSE_MS);
      bare.push(cluster.bareNode());
      await wait(PAUSE_MS);
      created.push(create(String(round)));
    }
    return [
      {
        metric: 'job create to RUNNING, over a bare node',
        value: median(created) - median(bare),
        unit: 'ms',
        target: 150,
        peer: 'bare node, ms',
        peerValue: median(bare),
      },
    ];
  } finally {
    cluster.dispose();
  }
}

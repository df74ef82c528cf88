import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { below, seededRandom } from '../../src/base/random.js';
import { buildPrograms } from '../rig/built-programs.js';
import { AgentRig, oneProcess } from './rig/agent-rig.js';

export interface AgentTorture {
  readonly rounds: number;
  readonly tasks: number;
  readonly seed: number;
  readonly log: (line: string) => void;
}

/**
 * kill -9 of an agent at random moments, again and again: while it launches, runs, adopts and kills. Long tasks
 * must keep their one process, short ones run exactly once, and nothing may be LOST. One sentence for each
 * violation.
 */
export async function runAgentTorture({ rounds, tasks, seed, log }: AgentTorture): Promise<string[]> {
  const random = seededRandom(seed);
  const violations: string[] = [];
  const programs = await buildPrograms(['agent']);
  const rig = new AgentRig();
  let agent: ChildProcess | undefined;
  try {
    await rig.scheduler.start();
    writeFileSync(join(rig.directory, 'settings.json'), JSON.stringify(rig.settings));
    const start = (): void => {
      agent = spawn(process.execPath, [join(programs.directory, 'agent.js'), '--directory', rig.directory], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    };
    const kill = async (): Promise<void> => {
      const ended = new Promise((resolve) => agent?.once('exit', resolve));
      agent?.kill('SIGKILL');
      await ended;
    };
    start();
    await rig.scheduler.untilRegistered();
    const long = Array.from({ length: tasks }, (_, index) => `long-${index}`);
    for (const id of long) await rig.launch(id, oneProcess('echo $$ >> pids; exec sleep 100000'));
    for (const id of long) await rig.scheduler.untilStatus(id, 'RUNNING');
    const short: string[] = [];
    for (let round = 0; round < rounds; round++) {
      const id = `short-${round}`;
      await rig.launch(id, oneProcess(`echo ran >> runs; sleep 0.0${below(random, 10)}`)).then(
        () => short.push(id),
        (error: unknown) => violations.push(`round ${round}: launch refused: ${String(error)}`),
      );
      await new Promise((resolve) => setTimeout(resolve, below(random, 60)));
      const registrations = rig.scheduler.registrations.length;
      await kill();
      start();
      await rig.scheduler.untilRegistered(registrations + 1);
      if (round % 10 === 9) log(`round ${round + 1}: ${violations.length} violations`);
    }
    for (const id of short) {
      const statuses = (await rig.scheduler.untilEnd(id)).map((status) => status.split(':')[0]);
      const runs = readFileSync(join(rig.directory, 'tasks', id, 'sandbox/runs'), 'utf8');
      if (statuses.at(-1) !== 'FINISHED') violations.push(`${id} ended as ${statuses.join(', ')}`);
      if (runs !== 'ran\n') violations.push(`${id} ran ${runs.split('\n').length - 1} times`);
    }
    for (const id of long) {
      const pids = readFileSync(join(rig.directory, 'tasks', id, 'sandbox/pids'), 'utf8')
        .trim()
        .split('\n');
      if (pids.length !== 1) violations.push(`${id} has had the pids ${pids.join(', ')}`);
      if (!isAlive(Number(pids[0]))) violations.push(`${id} is gone`);
      const statuses = rig.scheduler.statusesOf(id).map((status) => status.split(':')[0]);
      if (statuses.join() !== 'STARTING,RUNNING')
        violations.push(`${id} was reported ${statuses.join(', ')}`);
    }
    return violations;
  } finally {
    agent?.kill('SIGKILL');
    await rig.dispose();
    programs.dispose();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

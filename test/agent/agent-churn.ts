import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPrograms } from '../rig/built-programs.js';
import { AgentRig, oneProcess } from './rig/agent-rig.js';

export interface AgentChurn {
  readonly tasks: number;
  readonly log: (line: string) => void;
}

const BATCH = 50;
/** Caches and pools have filled by then. */
const WARM_UP = 1000;

/**
 * Thousands of tasks come and go through one agent process: its memory, descriptors and children must come back
 * to where they were after the first thousand. One sentence for each violation.
 */
export async function runAgentChurn({ tasks, log }: AgentChurn): Promise<string[]> {
  const programs = await buildPrograms(['agent']);
  const rig = new AgentRig();
  await rig.scheduler.start();
  writeFileSync(join(rig.directory, 'settings.json'), JSON.stringify(rig.settings));
  const program = join(programs.directory, 'agent.js');
  const agent = spawn(process.execPath, ['--max-semi-space-size=1', program, '--directory', rig.directory], {
    stdio: 'ignore',
  });
  const pid = agent.pid ?? 0;
  try {
    await rig.scheduler.untilRegistered();
    const violations: string[] = [];
    let base: Held | undefined;
    for (let done = 0; done < tasks; done += BATCH) {
      const ids = Array.from({ length: BATCH }, (_, index) => `t${done + index}`);
      for (const id of ids) await rig.launch(id, oneProcess('true'));
      for (const id of ids) {
        const end = (await rig.scheduler.untilEnd(id)).at(-1) ?? '';
        if (end !== 'FINISHED: Task finished.') violations.push(`${id} ended as ${end}`);
      }
      rig.scheduler.updates.length = 0;
      rig.scheduler.heartbeats.length = 0;
      if (done + BATCH === WARM_UP) base = await leastHeld(pid);
      if ((done + BATCH) % WARM_UP === 0)
        log(`${done + BATCH} tasks: ${JSON.stringify(await leastHeld(pid))}`);
    }
    const after = await leastHeld(pid);
    if (base) violations.push(...compare(base, after));
    return violations;
  } finally {
    agent.kill('SIGKILL');
    await rig.dispose();
    programs.dispose();
  }
}

interface Held {
  readonly ramMb: number;
  readonly descriptors: number;
  readonly children: number;
}

/** The least of some seconds: what is only passing is not held. */
async function leastHeld(pid: number): Promise<Held> {
  let least = held(pid);
  for (let look = 0; look < 30; look++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const now = held(pid);
    least = {
      ramMb: Math.min(least.ramMb, now.ramMb),
      descriptors: Math.min(least.descriptors, now.descriptors),
      children: Math.min(least.children, now.children),
    };
  }
  return least;
}

function held(pid: number): Held {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return {
    ramMb: Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    children: children.split(' ').filter((child) => child !== '').length,
  };
}

function compare(base: Held, after: Held): string[] {
  const violations: string[] = [];
  if (after.ramMb > base.ramMb * 1.05 + 2)
    violations.push(`memory grew from ${base.ramMb} to ${after.ramMb} MB`);
  for (const name of ['descriptors', 'children'] as const)
    if (after[name] > base[name]) violations.push(`${name} grew from ${base[name]} to ${after[name]}`);
  return violations;
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, jest } from '@jest/globals';
import { FakeClock } from '../../src/base/clock.js';
import { diskFileSystem } from '../../src/base/file-system.js';
import { silentLogger } from '../../src/base/logging.js';
import type { AgentProcess } from '../../src/model/agent-protocol.js';
import { AgentSupervisor, readAgentProcess } from '../../src/server/agent-supervisor.js';
import { identify } from '../../src/server/process-identity.js';
import { agentDefinition, eventually } from '../rig/test-cluster.js';

/** Real processes on a busy machine. */
jest.setTimeout(60_000);

let directory: string;
let clock: FakeClock;
let adopted: AgentProcess[];
let supervisor: AgentSupervisor | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'aurora-supervisor-'));
  clock = new FakeClock();
  adopted = [];
});
afterEach(() => {
  supervisor?.leave();
  supervisor?.kill('SIGKILL');
  supervisor = undefined;
  rmSync(directory, { recursive: true, force: true });
});

/** An agent whose program is this text. */
function supervise(program: string): AgentSupervisor {
  const script = join(directory, 'agent.mjs');
  writeFileSync(script, program);
  supervisor = new AgentSupervisor({
    cluster: 'test',
    definition: agentDefinition('one'),
    directory,
    schedulerSocketPath: '/scheduler.sock',
    socketPath: '/agent.sock',
    command: [script],
    files: diskFileSystem,
    clock,
    logger: silentLogger,
    onAdopted: (agent) => adopted.push(agent),
  });
  supervisor.start();
  return supervisor;
}

const LIVES_ON = 'setInterval(() => {}, 1000)';
const COUNTS_AND_DIES = `import { appendFileSync } from 'node:fs'; appendFileSync(process.argv[3] + '/starts', 'x'); process.exit(3)`;

function starts(): number {
  try {
    return readFileSync(join(directory, 'starts'), 'utf8').length;
  } catch {
    return 0;
  }
}

describe('AgentSupervisor', () => {
  test('starts the agent with its settings, and knows its pid', async () => {
    const agent = supervise(LIVES_ON);
    expect(agent.isRunning()).toBe(true);
    const settings = JSON.parse(readFileSync(join(directory, 'settings.json'), 'utf8')) as unknown;
    expect(settings).toEqual({
      ...agentDefinition('one'),
      cluster: 'test',
      schedulerSocketPath: '/scheduler.sock',
      socketPath: '/agent.sock',
    });
    agent.leave();
    agent.kill('SIGKILL');
    await eventually('it is gone', () => (agent.isRunning() ? undefined : true));
  });

  test('starts a dead one again, with waits that double up to 30 s', async () => {
    const agent = supervise(COUNTS_AND_DIES);
    const waits: number[] = [];
    for (let round = 1; round <= 11; round++) {
      await eventually(`start ${round} has failed`, () =>
        starts() === round && agent.restarts === round ? true : undefined,
      );
      const wait = clock.nextDelayMs() ?? 0;
      waits.push(wait);
      clock.advance(wait);
    }
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  });

  test('forgets the waits once an agent has lived for a while', async () => {
    const agent = supervise(COUNTS_AND_DIES);
    await eventually('it has failed', () => (agent.restarts === 1 ? true : undefined));
    writeFileSync(join(directory, 'agent.mjs'), LIVES_ON);
    clock.advance(100);
    await eventually('it runs', () => (agent.isRunning() ? true : undefined));
    clock.advance(61_000);
    agent.kill('SIGKILL');
    await eventually('its end is noticed', () => (agent.restarts === 2 ? true : undefined));
    expect(clock.nextDelayMs()).toBe(100);
  });

  test('adopts the one that is there, and replaces it when it ends', async () => {
    const child = spawn(process.execPath, ['-e', LIVES_ON], { stdio: 'ignore', detached: true });
    const identity = identify(child.pid ?? -1);
    const record: AgentProcess = { agentId: 'id', socketPath: '/old.sock', ...identity };
    writeFileSync(join(directory, 'agent.json'), JSON.stringify(record));
    const agent = supervise(LIVES_ON);
    expect(agent.pid).toBe(child.pid);
    expect(adopted).toEqual([record]);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    clock.advance(1_000);
    expect(agent.pid).toBeUndefined();
    clock.advance(100);
    expect(agent.isRunning()).toBe(true);
    expect(agent.pid).not.toBe(child.pid);
  });

  test('does not take another process for its agent because it has the pid', () => {
    const self = identify(process.pid);
    const record = {
      agentId: 'id',
      socketPath: '/old.sock',
      pid: self.pid,
      startTicks: (self.startTicks ?? 0) - 1,
    };
    writeFileSync(join(directory, 'agent.json'), JSON.stringify(record));
    const agent = supervise(LIVES_ON);
    expect(agent.pid).not.toBe(process.pid);
    expect(adopted).toEqual([]);
  });

  test.each([
    '',
    '{',
    '[]',
    'null',
    '{"pid":"7"}',
    '{"pid":7,"agentId":"a","socketPath":"b","startTicks":"x"}',
  ])('does not believe a record that says %j', (text) => {
    writeFileSync(join(directory, 'agent.json'), text);
    expect(readAgentProcess(diskFileSystem, directory)).toBeUndefined();
  });
});

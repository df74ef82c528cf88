import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { AgentProcess } from '../../src/model/agent-protocol.js';
import { buildPrograms, type BuiltPrograms } from '../rig/built-programs.js';
import { jobConfiguration } from '../rig/job-configuration.js';
import { pidsWithCommand, processesOf, tasksOf, untilTasks } from '../rig/test-cluster-tasks.js';
import { agentDefinition, eventually, TestCluster } from '../rig/test-cluster.js';

const HOSTS = ['one', 'two', 'three'];
const OPTIONS = [['agent_ping_interval', '500ms']] as const;

let programs: BuiltPrograms;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => {
  programs.dispose();
});

let cluster: TestCluster;
let round = 0;
/** In the command line of every process of the test's job, and of no other process. */
let mark = '';
beforeEach(() => {
  // A daemon that comes back is noticed at the next heartbeat at the latest: that is soon here.
  cluster = new TestCluster(
    programs.directory,
    HOSTS.map((host) => agentDefinition(host)),
    { options: OPTIONS },
  );
  mark = `7${process.pid}${round++}`;
});
afterEach(async () => {
  await cluster.dispose();
  // What has been said to be gone is gone.
  expect(pidsWithCommand(mark)).toEqual([]);
});

const key = { role: 'web', environment: 'devel', name: 'service' };
const query = { jobKeys: [key] };

function agentProcess(host: string): AgentProcess {
  return JSON.parse(readFileSync(join(cluster.home, 'agents', host, 'agent.json'), 'utf8')) as AgentProcess;
}

async function startService(instances: number, resources = [{ numCpus: 1 }, { ramMb: 16 }, { diskMb: 16 }]) {
  const description = jobConfiguration(key, { instances, cmdline: `exec sleep ${mark}`, resources });
  const response = await cluster.call('createJob', { description });
  expect(response.details).toEqual([]);
  return untilTasks(cluster, query, 'RUNNING', instances);
}

/** Instance -> pid of its process: a task runs a moment before its process has one. */
async function pids(): Promise<Map<number, number>> {
  const running = await untilTasks(cluster, query, 'RUNNING', 3);
  const pairs = running.map(async ({ assignedTask }) => {
    const { instanceId, taskId } = assignedTask;
    const pid = await eventually(`instance ${instanceId} has a process`, async () => {
      const [process] = await processesOf(cluster, taskId);
      return process?.pid;
    });
    return [instanceId, pid] as const;
  });
  return new Map((await Promise.all(pairs)).sort(([a], [b]) => a - b));
}

async function untilRegistered(): Promise<void> {
  await eventually('every agent is registered', async () => {
    const { agents } = await cluster.state();
    return agents.every((agent) => agent.status === 'REGISTERED') ? true : undefined;
  });
}

/** Real processes on a busy machine: what hangs is told from what waits by this. */
jest.setTimeout(60_000);

describe('a local cluster', () => {
  test('runs a service, shows it, and kills it', async () => {
    await cluster.start();
    const tasks = await startService(3);
    expect(new Set(tasks.map((task) => task.assignedTask.slaveHost)).size).toBeGreaterThan(0);
    expect([...(await pids()).keys()]).toEqual([0, 1, 2]);
    expect(pidsWithCommand(mark).length).toBeGreaterThanOrEqual(3);
    const state = await cluster.state();
    expect(state.agents.map((agent) => agent.host)).toEqual(HOSTS);
    expect(state.agents.reduce((sum, agent) => sum + agent.allocated.cpus, 0)).toBe(3);

    expect((await cluster.call('killTasks', { job: key })).responseCode).toBe('OK');
    await untilTasks(cluster, query, 'KILLED', 3);
    await eventually('the processes are gone', () => (pidsWithCommand(mark).length === 0 ? true : undefined));
  });

  test('kill -9 of the daemon and of every agent loses no task: the same pids run on', async () => {
    await cluster.start();
    await untilRegistered();
    await startService(3);
    const before = await pids();
    const agentsBefore = HOSTS.map((host) => agentProcess(host));

    await cluster.killDaemon();
    for (const { pid } of agentsBefore) process.kill(pid, 'SIGKILL');
    await cluster.start();
    await untilRegistered();

    expect(await pids()).toEqual(before);
    expect(pidsWithCommand(mark).length).toBe(3);
    const tasks = await tasksOf(cluster, query);
    expect(tasks.map((task) => task.status)).toEqual(['RUNNING', 'RUNNING', 'RUNNING']);
    // The agents are new processes under their old names.
    expect(HOSTS.map((host) => agentProcess(host).agentId)).toEqual(
      agentsBefore.map(({ agentId }) => agentId),
    );
    for (const [index, host] of HOSTS.entries())
      expect(agentProcess(host).pid).not.toBe(agentsBefore[index]?.pid);
    expect((await cluster.call('killTasks', { job: key })).responseCode).toBe('OK');
    await untilTasks(cluster, query, 'KILLED', 3);
  });

  test('kill -9 of the daemon alone: the agents are adopted, and so is one that dies later restarted', async () => {
    await cluster.start();
    await untilRegistered();
    await startService(3);
    const before = await pids();
    const agentsBefore = HOSTS.map((host) => agentProcess(host).pid);
    await cluster.killDaemon();
    await cluster.start();
    await untilRegistered();
    expect(HOSTS.map((host) => agentProcess(host).pid)).toEqual(agentsBefore);
    expect(await pids()).toEqual(before);

    process.kill(agentProcess('two').pid, 'SIGKILL');
    await eventually('another agent has taken its place', () => {
      const { pid } = agentProcess('two');
      return agentsBefore.includes(pid) ? undefined : pid;
    });
    await untilRegistered();
    expect(await pids()).toEqual(before);
    expect(pidsWithCommand(mark).length).toBe(3);
  });

  test('stop ends tasks, agents and daemon, and a new start runs the service again', async () => {
    await cluster.start();
    await startService(3);
    const before = await pids();
    const reply = await cluster.http('POST', '/cluster/v1/stop', {}, Buffer.from('{"killTasks":true}'));
    expect([reply.status, reply.body.toString()]).toEqual([200, '{}']);
    await eventually('nothing is left', () => (cluster.processes().length === 0 ? true : undefined));
    expect(pidsWithCommand(mark)).toEqual([]);
    expect(existsSync(join(cluster.home, 'scheduler.json'))).toBe(false);
    expect(existsSync(join(cluster.home, 'scheduler.sock'))).toBe(false);

    await cluster.start();
    const after = await pids();
    for (const [instance, pid] of after) expect(pid).not.toBe(before.get(instance));
  });

  test('a daemon that is asked to end leaves tasks and agents running', async () => {
    const { pid } = await cluster.start();
    await startService(3);
    const before = await pids();
    process.kill(pid, 'SIGTERM');
    await eventually('the daemon has ended', () =>
      existsSync(join(cluster.home, 'scheduler.json')) ? undefined : true,
    );
    expect(pidsWithCommand(mark).length).toBe(3);
    await cluster.start();
    expect(await pids()).toEqual(before);
  });

  test('a scheduler that has lost its store adopts what the agents run', async () => {
    await cluster.start();
    await startService(3);
    const before = await pids();
    await cluster.killDaemon();
    for (const name of readdirSync(cluster.home))
      if (name.startsWith('store.')) rmSync(join(cluster.home, name), { force: true });
    await cluster.start();
    expect(await pids()).toEqual(before);
    expect(pidsWithCommand(mark).length).toBe(3);
  });

  test('an agent that is taken out of the definition ends with its tasks', async () => {
    await cluster.start();
    await untilRegistered();
    await startService(3, [{ numCpus: 3 }, { ramMb: 16 }, { diskMb: 16 }]);
    const gone = agentProcess('three').pid;
    await cluster.killDaemon();
    const agents = HOSTS.slice(0, 2).map((host) => agentDefinition(host));
    cluster.define({ name: 'test', agents, httpPort: 0, options: OPTIONS });
    await cluster.start();
    await eventually('its processes are gone', () => (pidsWithCommand(mark).length === 2 ? true : undefined));
    await eventually('the agent is gone', () => (cluster.processes().includes(gone) ? undefined : true));
  });
});

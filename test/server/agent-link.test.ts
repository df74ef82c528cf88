import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, jest } from '@jest/globals';
import { silentLogger } from '../../src/base/logging.js';
import type { AssignedTask } from '../../src/model/scheduled-task.js';
import { AgentLink, AgentRefusal } from '../../src/server/agent-link.js';
import { jobConfiguration } from '../rig/job-configuration.js';
import { eventually } from '../rig/test-cluster.js';

/** Real processes on a busy machine. */
jest.setTimeout(60_000);

/** An agent that notes what it is asked, and answers when the test says so. */
interface Asked {
  readonly path: string;
  readonly body: unknown;
  readonly response: ServerResponse;
}

let directory: string;
let socketPath: string;
let asked: Asked[];
let server: Server | undefined;
let link: AgentLink;
let undelivered: Array<readonly [string, string]>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'aurora-link-'));
  socketPath = join(directory, 'agent.sock');
  asked = [];
  undelivered = [];
  link = new AgentLink({
    agentId: 'agent',
    socketPath,
    logger: silentLogger,
    onUndelivered: (taskId, reason) => undelivered.push([taskId, reason]),
  });
});
afterEach(() => {
  link.close();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  rmSync(directory, { recursive: true, force: true });
});

async function listen(): Promise<void> {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      asked.push({ path: request.url ?? '', body: text === '' ? undefined : JSON.parse(text), response });
    });
  });
  await new Promise<void>((resolve) => server?.listen(socketPath, resolve));
}

function untilAsked(count: number): Promise<Asked> {
  return eventually(`the agent is asked ${count} times`, () =>
    asked.length >= count ? asked[count - 1] : undefined,
  );
}

function task(taskId: string): AssignedTask {
  const { taskConfig } = jobConfiguration({ role: 'web', environment: 'devel', name: 'a' });
  return {
    taskId,
    slaveId: 'agent',
    slaveHost: 'h',
    task: taskConfig,
    assignedPorts: new Map([['http', 80]]),
    instanceId: 0,
  };
}

const launch = (taskId: string) => ({ kind: 'launch', agentId: 'agent', task: task(taskId) }) as const;
const kill = (taskId: string) => ({ kind: 'kill', agentId: 'agent', taskId, message: 'why' }) as const;

describe('AgentLink', () => {
  test('sends commands as plain JSON', async () => {
    await listen();
    link.send(launch('t'));
    const { path, body, response } = await untilAsked(1);
    expect(path).toBe('/v1/launch');
    expect(body).toMatchObject({
      task: { taskId: 't', assignedPorts: { http: 80 }, task: { isService: true } },
    });
    response.end('{}');
    link.send(kill('t'));
    const killed = await untilAsked(2);
    expect(killed).toMatchObject({ path: '/v1/kill', body: { taskId: 't', message: 'why' } });
    link.send({ kind: 'reconcile', agentId: 'agent' });
    link.send({ kind: 'reconcile', agentId: 'agent', taskIds: ['t'] });
    // A question never overtakes what it asks about.
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toHaveLength(2);
    killed.response.end('{}');
    expect(await untilAsked(4)).toMatchObject({ path: '/v1/reconcile', body: { taskIds: ['t'] } });
    expect(await untilAsked(3)).toMatchObject({ path: '/v1/reconcile', body: {} });
  });

  test('a kill never overtakes the launch of its task, and waits for no other task', async () => {
    await listen();
    link.send(launch('a'));
    link.send(kill('a'));
    await untilAsked(1);
    // Another lane: found by trying names, since lanes are an inner matter.
    for (const name of ['b', 'c', 'd']) link.send(kill(name));
    await eventually('others go on', () => (asked.length >= 3 ? true : undefined));
    expect(asked.filter(({ body }) => JSON.stringify(body).includes('"taskId":"a"'))).toHaveLength(1);
    asked[0]?.response.end('{}');
    await eventually('the kill follows', () =>
      asked.some(({ path, body }) => path === '/v1/kill' && (body as { taskId: string }).taskId === 'a')
        ? true
        : undefined,
    );
  });

  test('a launch that surely did not arrive is said to be lost', async () => {
    link.send(launch('t'));
    await eventually('it is reported', () => undelivered[0]);
    expect(undelivered).toEqual([['t', 'The agent is not running']]);
  });

  test("an agent's refusal of a launch is passed on in its words", async () => {
    await listen();
    link.send(launch('t'));
    const { response } = await untilAsked(1);
    response.statusCode = 400;
    response.end('{"error":"no room"}');
    await eventually('it is reported', () => undelivered[0]);
    expect(undelivered).toEqual([['t', 'no room']]);
  });

  test('commands that may have arrived are asked after when the agent is heard of again', async () => {
    await listen();
    link.send(launch('doubtful'));
    (await untilAsked(1)).response.destroy();
    link.send(kill('also'));
    (await untilAsked(2)).response.destroy();
    await eventually('both are in doubt', () => {
      link.heard();
      return asked.flatMap(({ path, body }) =>
        path === '/v1/reconcile' ? (body as { taskIds: string[] }).taskIds : [],
      ).length >= 2
        ? true
        : undefined;
    });
    expect(undelivered).toEqual([]);
    const told = asked
      .filter(({ path }) => path === '/v1/reconcile')
      .flatMap(({ body }) => (body as { taskIds: string[] }).taskIds);
    expect(told.sort()).toEqual(['also', 'doubtful']);
  });

  test('gives what the agent answers, or why it does not', async () => {
    await listen();
    const good = link.exchange('GET', '/v1/tasks/t/processes');
    (await untilAsked(1)).response.end('{"taskId":"t"}');
    expect(await good).toEqual({ taskId: 't' });
    const bad = link.exchange('GET', '/v1/tasks/t/log');
    const { response } = await untilAsked(2);
    response.statusCode = 404;
    response.end('{"error":"no such run"}');
    await expect(bad).rejects.toMatchObject({ status: 404, message: 'no such run' });
    await expect(bad).rejects.toBeInstanceOf(AgentRefusal);
    const nonsense = link.exchange('GET', '/v1/x');
    (await untilAsked(3)).response.end('<html>');
    await expect(nonsense).rejects.toThrow("the agent's answer is not JSON: <html>");
    const silent = link.exchange('GET', '/v1/y', undefined, 100);
    await expect(silent).rejects.toThrow('the agent does not answer within 0.1 s');
  });
});

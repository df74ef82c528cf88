import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { silentLogger } from '../../src/base/logging.js';
import { askCoordinator } from '../../src/server/coordinator-client.js';
import { jobConfiguration } from '../rig/job-configuration.js';

let server: Server;
let url: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
beforeEach(async () => {
  server = createServer((request, response) => {
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/may?x=1`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const { taskConfig } = jobConfiguration({ role: 'role', environment: 'devel', name: 'job' });

function ask(coordinatorUrl = url, statusKey = '', timeoutMs = 20_000): Promise<string> {
  return askCoordinator(
    {
      policy: { coordinatorUrl, statusKey },
      taskKey: 'here/role/devel/job/3',
      task: {
        assignedTask: { taskId: 'id', instanceId: 3, task: taskConfig, assignedPorts: new Map() },
        status: 'RUNNING',
        failureCount: 0,
        timesPartitioned: 0,
        taskEvents: [],
      },
      forceMaintenanceCountdownMs: 5000,
    },
    timeoutMs,
    silentLogger,
  );
}

function say(status: number, body: string): void {
  answer = (_request, response) => {
    response.writeHead(status, { location: '/may' }).end(body);
  };
}

test('is told which task, and its whole record', async () => {
  const heard = new Promise<string>((resolve) => {
    answer = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.end('{"drain":true}');
        resolve(`${request.method} ${request.url} ${Buffer.concat(chunks).toString()}`);
      });
    };
  });
  expect(await ask()).toBe('yes');
  const text = await heard;
  expect(text).toMatch(/^POST \/may\?x=1&task=here%2Frole%2Fdevel%2Fjob%2F3 \{/);
  const body = JSON.parse(text.slice(text.indexOf('{'))) as Record<string, unknown>;
  expect(body).toMatchObject({
    task: 'here/role/devel/job/3',
    forceMaintenanceCountdownMs: '5000',
    taskConfig: { assignedTask: { taskId: 'id', instanceId: 3 } },
  });
});

test.each([
  [200, '{"drain":false}', 'no'],
  [200, '{"drain":"true"}', 'user-error'],
  [200, '{"other":true}', 'user-error'],
  [200, '[true]', 'user-error'],
  [200, 'yes', 'user-error'],
  [204, '', 'user-error'],
  [302, '', 'user-error'],
  [500, '{"drain":true}', 'user-error'],
  [200, ' '.repeat(2 << 20), 'error'],
])('%i %s is %s', async (status, body, expected) => {
  say(status, body);
  expect(await ask()).toBe(expected);
});

test("the key that counts is the policy's", async () => {
  say(200, '{"drain":false,"__proto__":true,"go":true}');
  expect(await ask(url, 'go')).toBe('yes');
});

test('one that does not answer, cannot be reached, or has no sound address is an error', async () => {
  answer = () => undefined;
  expect(await ask(url, '', 50)).toBe('error');
  expect(await ask('http://127.0.0.1:1/')).toBe('error');
  expect(await ask('file:///etc/passwd')).toBe('error');
  expect(await ask('nonsense')).toBe('error');
});

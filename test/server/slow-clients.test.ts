import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { buildPrograms, type BuiltPrograms } from '../rig/built-programs.js';
import { jobConfiguration } from '../rig/job-configuration.js';
import { TestCluster } from '../rig/test-cluster.js';

/** Real processes on a busy machine. */
jest.setTimeout(60_000);

let programs: BuiltPrograms;
let cluster: TestCluster;
let pid: number;
beforeAll(async () => {
  programs = await buildPrograms(['daemon']);
  cluster = new TestCluster(programs.directory, []);
  ({ pid } = await cluster.start());
});
afterAll(async () => {
  await cluster.dispose();
  programs.dispose();
});

function residentMb(): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

function open(): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(cluster.endpoint.httpUrl).port) });
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    for (const event of ['connect', 'close'])
      socket.once(event, () => {
        resolve(socket);
      });
  });
}

test('10,000 connections that send a part of a request and stay cost little, and nobody else waits for them', async () => {
  const before = residentMb();
  const held: Socket[] = [];
  try {
    for (let wave = 0; wave < 20; wave++) {
      const sockets = await Promise.all(Array.from({ length: 500 }, open));
      for (const socket of sockets) socket.write('GET /vars HTTP/1.1\r\nHost: localho');
      expect((await cluster.http('GET', '/health')).status).toBe(200);
      // Those of the first waves stay for as long as they are let.
      if (wave < 2) held.push(...sockets);
      else for (const socket of sockets) socket.destroy();
    }
    expect(residentMb() - before).toBeLessThan(150);
  } finally {
    for (const socket of held) socket.destroy();
  }
  expect((await cluster.tcp('GET', '/health', { host: 'localhost' })).body.toString()).toBe('OK\n');
});

test('clients that ask for large answers and do not take them are dropped before they fill the memory', async () => {
  const task = { executorConfig: { name: 'AuroraExecutor', data: 'x'.repeat(10_000) } };
  const description = jobConfiguration(
    { role: 'web', environment: 'devel', name: 'large' },
    { task, instances: 1000 },
  );
  expect((await cluster.call('createJob', { description })).responseCode).toBe('OK');
  const body = '[1,"getTasksStatus",1,0,{"1":{"rec":{}}}]';
  const request = `POST /api HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const readers: Socket[] = [];
  try {
    // Each answer has more than 10 MB.
    for (let i = 0; i < 60; i++) {
      const socket = await open();
      socket.pause();
      socket.write(request);
      readers.push(socket);
      expect((await cluster.http('GET', '/health')).status).toBe(200);
    }
    expect(residentMb()).toBeLessThan(450);
    // Who reads gets all of it.
    const whole = await cluster.http('POST', '/api', {}, Buffer.from(body));
    expect(whole.body.length).toBeGreaterThan(10_000_000);
  } finally {
    for (const socket of readers) socket.destroy();
  }
  expect(cluster.endpoint.pid).toBe(pid);
});

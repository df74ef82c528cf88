import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, jest } from '@jest/globals';
import { below, seededRandom } from '../../src/base/random.js';
import { encodeCall } from '../../src/thrift/api.js';
import { buildPrograms, type BuiltPrograms } from '../rig/built-programs.js';
import { jobConfiguration } from '../rig/job-configuration.js';
import { TestCluster } from '../rig/test-cluster.js';

/** Real processes on a busy machine. */
jest.setTimeout(60_000);

let programs: BuiltPrograms;
let cluster: TestCluster;
let pid: number;
let stateBefore: string;
beforeAll(async () => {
  programs = await buildPrograms(['daemon']);
  cluster = new TestCluster(programs.directory, []);
  ({ pid } = await cluster.start());
  const description = jobConfiguration(
    { role: 'role', environment: 'devel', name: 'kept' },
    { instances: 2 },
  );
  expect((await cluster.call('createJob', { description })).responseCode).toBe('OK');
  stateBefore = await storedState();
});
afterAll(async () => {
  await cluster.dispose();
  programs.dispose();
});
afterEach(async () => {
  // Nothing changed, and it is still the same process.
  expect(await storedState()).toBe(stateBefore);
  expect(cluster.endpoint.pid).toBe(pid);
});

async function storedState(): Promise<string> {
  const reply = await cluster.http('POST', '/apibeta/getTasksStatus', {}, Buffer.from('{"query":{}}'));
  const state = await cluster.http('GET', '/state');
  return createHash('sha256').update(reply.body).update(state.body).digest('hex');
}

function residentBytes(): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

const BINARY = { 'content-type': 'application/vnd.apache.thrift.binary' };

describe('bodies that nobody should send', () => {
  const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  const query = (value: string): string => `[1,"getTasksStatus",1,0,{"1":{"rec":${value}}}]`;
  const cases: ReadonlyArray<readonly [string, string, string | Buffer, number, string]> = [
    ['nested a million deep', '/api', deep(1_000_000), 400, ''],
    ['nested a million deep in a field', '/apibeta/createJob', `{"description":${deep(1_000_000)}}`, 400, ''],
    ['a million keys', '/apibeta/createJob', manyKeys(1_000_000), 400, ''],
    ['a million keys in an unknown field', '/api', query(`{"99":${manyKeys(1_000_000)}}`), 400, ''],
    ['the same key twice', '/apibeta/getTasksStatus', '{"query":{"limit":1,"limit":"x"}}', 400, ''],
    ['half of a surrogate pair', '/apibeta/getJobs', '{"ownerRole":"\\ud800"}', 400, 'surrogate'],
    ['NaN', '/apibeta/getTasksStatus', '{"query":{"limit":NaN}}', 400, ''],
    ['1e999', '/apibeta/getTasksStatus', '{"query":{"limit":1e999}}', 400, 'whole number'],
    ['2^53+1', '/apibeta/slaDrainHosts', '{"timeoutSecs":9007199254740993}', 400, 'is not between'],
    ['a byte order mark', '/apibeta/getJobs', '\ufeff{}', 400, ''],
    ['UTF-16', '/apibeta/getJobs', Buffer.from('{}', 'utf16le'), 400, ''],
    ['bytes that are no UTF-8', '/apibeta/getJobs', Buffer.from([0x22, 0xff, 0x22]), 400, ''],
    ['nothing', '/api', '', 400, ''],
    ['nothing where an object is due', '/cluster/v1/stop', '', 400, ''],
    ['a list where an object is due', '/cluster/v1/stop', '[]', 400, ''],
    ['a text where a flag is due', '/cluster/v1/stop', '{"killTasks":"yes"}', 400, ''],
  ];

  test.each(cases)('%s', async (_what, path, body, status, part) => {
    const bytes = Buffer.from(body);
    const before = residentBytes();
    const start = performance.now();
    const reply = await cluster.http('POST', path, {}, bytes);
    expect(reply.status).toBe(status);
    expect(reply.body.toString()).toContain(part);
    // Generous for a shared machine; a blow-up takes seconds and gigabytes.
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(residentBytes() - before).toBeLessThan(bytes.length * 12 + (64 << 20));
  });

  test('minus zero is zero', async () => {
    const reply = await cluster.http(
      'POST',
      '/apibeta/getTasksStatus',
      {},
      Buffer.from('{"query":{"limit":-0}}'),
    );
    expect(reply.body.toString()).toContain('"responseCode":"OK"');
  });

  test('100 MB, announced or in chunks, is refused before it has been taken in', async () => {
    const before = residentBytes();
    const announced = await raw('POST /api HTTP/1.1\r\nHost: localhost\r\nContent-Length: 104857600\r\n\r\n');
    expect(announced).toMatch(/^HTTP\/1\.1 413 /);
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    const chunked = await raw(
      'POST /api HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n',
      Array.from({ length: 100 }, () => chunk),
    );
    expect(chunked).toMatch(/^HTTP\/1\.1 413 /);
    expect(residentBytes() - before).toBeLessThan(150 << 20);
  });

  test('a list that announces more elements than it has, or millions of empty ones', async () => {
    const head = encodeCall('binary', 'getTasksStatus', { query: {} }).subarray(0, -5);
    // Field 1, a struct; in it field 11, a set of structs.
    const set = (count: number): Buffer => {
      const bytes = Buffer.from('0c0001' + '0e000b' + '0c' + '00000000', 'hex');
      bytes.writeInt32BE(count, 7);
      return bytes;
    };
    const lie = await cluster.http('POST', '/api', BINARY, Buffer.concat([head, set(2 ** 31 - 1)]));
    expect(lie.body.toString()).toContain('2147483647 elements are announced, but the message ends before');
    const before = residentBytes();
    const count = 10_000_000;
    const bomb = Buffer.concat([head, set(count), Buffer.alloc(count), Buffer.from('0000', 'hex')]);
    const reply = await cluster.http('POST', '/api', BINARY, bomb);
    expect(reply.body.toString()).toContain('the message has too many elements');
    expect(residentBytes() - before).toBeLessThan(160 << 20);
  });
});

describe('calls that do not fit their method', () => {
  const call = async (json: string): Promise<string> => {
    const reply = await cluster.http('POST', '/api', {}, Buffer.from(json));
    expect(reply.status).toBe(200);
    return reply.body.toString();
  };

  test.each([
    ['[1,"createJob",1,0,{"1":{"rec":{"9":{"rec":{}}}}}]', 'Job configuration must have taskConfig set.'],
    ['[1,"createJob",1,0,{}]', 'The argument description is missing.'],
    [
      '[1,"createJob",1,0,{"1":{"rec":{"8":{"str":"5"}}}}]',
      'description.instanceCount: expected an object with the type tag',
    ],
    [
      '[1,"killTasks",1,0,{"4":{"rec":{"1":{"str":".."},"2":{"str":"a/b"},"3":{"str":""}}}}]',
      'Job key ../a/b/ is invalid.',
    ],
    ['[1,"forceTaskState",1,0,{"1":{"str":"x"},"2":{"i32":99}}]', 'status: ScheduleStatus has no value 99'],
    [
      '[1,"setQuota",1,0,{"1":{"str":"r"},"2":{"rec":{"4":{"set":["rec",1,{}]}}}}]',
      'the union Resource has no known field set',
    ],
    ['[1,"forceTaskState",1,0,{"1":{"str":"x"}}]', 'The argument status is missing.'],
  ])('%s', async (json, message) => {
    const text = await call(json);
    expect(text).toContain(message);
    expect(text).toContain('{"0":{"rec":{"1":{"i32":0}');
  });

  test('mutated messages change nothing and are answered, all of them', async () => {
    const random = seededRandom(7);
    const description = jobConfiguration({ role: 'role', environment: 'devel', name: 'kept' });
    const original = encodeCall('binary', 'createJob', { description });
    const statuses = new Map<number, number>();
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(original);
      // Only the head of the struct: a changed text further down could be a legal job of another name.
      for (let left = 1 + below(random, 3); left > 0; left--) bytes[below(random, 40)] = below(random, 256);
      const cut = below(random, 4) === 0 ? bytes.subarray(0, below(random, bytes.length)) : bytes;
      const { status } = await cluster.http('POST', '/api', BINARY, cut);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses.keys()].sort()).toEqual([200, 400]);
  });
});

describe('resources that are none', () => {
  test.each([
    ['numCpus', 0],
    ['numCpus', -1],
    ['ramMb', 0],
    ['diskMb', -5],
  ])('%s %d', async (name, amount) => {
    const base: Record<string, number> = { numCpus: 1, ramMb: 1, diskMb: 1, [name]: amount };
    const resources = Object.entries(base).map(([key, value]) => ({ [key]: value }) as never);
    const description = jobConfiguration({ role: 'role', environment: 'devel', name: 'none' }, { resources });
    const response = await cluster.call('createJob', { description });
    expect(response.responseCode).toBe('INVALID_REQUEST');
    expect(response.details[0]?.message).toMatch(/must be greater than 0/);
  });

  test('not a number, or infinite', async () => {
    for (const hex of ['7ff8000000000000', '7ff0000000000000', 'fff0000000000000']) {
      const resources = [{ numCpus: 1.25 }, { ramMb: 1 }, { diskMb: 1 }];
      const description = jobConfiguration(
        { role: 'role', environment: 'devel', name: 'none' },
        { resources },
      );
      const text = encodeCall('binary', 'createJob', { description }).toString('hex');
      expect(text).toContain('3ff4000000000000');
      const reply = await cluster.http(
        'POST',
        '/api',
        BINARY,
        Buffer.from(text.replace('3ff4000000000000', hex), 'hex'),
      );
      expect(reply.body.toString()).toContain('expected a finite number');
    }
  });
});

describe('names that are more than names', () => {
  const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '..', '-rf'];
  const WRONG = [
    'a/b',
    '',
    'x'.repeat(256),
    'a\0b',
    'a\nb',
    '\u202ea',
    '😀',
    '$(x)',
    '`x`',
    ';',
    "'",
    '"',
    ' ',
  ];

  test.each(NAMES)('%s is data', async (name) => {
    const query = { role: name, environment: name, jobName: name };
    const response = await cluster.call('getTasksStatus', { query });
    expect(response.result).toEqual({ scheduleStatusResult: { tasks: [] } });
    expect(
      (await cluster.call('killTasks', { job: { role: name, environment: name, name } })).details,
    ).toEqual([{ message: 'No tasks to kill.' }]);
    expect((await cluster.http('GET', `/quotas?role=${name}`)).body.toString()).toBe('{}');
    expect((await cluster.http('GET', `/apibeta/${name}`)).status).toBe(404);
  });

  test.each(WRONG)('%j is no name of a job', async (name) => {
    for (const key of [
      { role: name, environment: 'devel', name: 'a' },
      { role: 'a', environment: name, name: 'a' },
      { role: 'a', environment: 'devel', name },
    ]) {
      const created = await cluster.call('createJob', { description: jobConfiguration(key) });
      expect(created.responseCode).toBe('INVALID_REQUEST');
      const killed = await cluster.call('killTasks', { job: key });
      expect(killed.responseCode).toBe('INVALID_REQUEST');
    }
  });
});

describe('requests that are hardly HTTP', () => {
  const get = (target: string, host = 'localhost'): string =>
    `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  const post = (headers: string, body: string): string =>
    `POST /api HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n${body}`;

  test.each([
    ['GET /%', get('/%')],
    ['GET /%ff', get('/%ff')],
    ['GET /%00', get('/%00')],
    ['GET //', get('//')],
    ['GET ///etc/passwd', get('///etc/passwd')],
    ['a way up', get('/..%2f..%2fetc/passwd')],
    ['a task id that climbs', get('/cluster/v1/tasks/..%2f..%2f/files?path=../../etc')],
    ['a task id that cannot be decoded', get('/cluster/v1/tasks/%zz/processes')],
    ['a path of 20 KB', get(`/${'a'.repeat(20_000)}`)],
    ['a path of 64 KB', get(`/${'a'.repeat(65_536)}`)],
    ['a header of 1 MB', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(1 << 20)}\r\n\r\n`],
    ['no Host', 'GET /vars HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['a Host from elsewhere', get('/vars', 'evil.example')],
    ['a Host that is none', get('/vars', 'a b')],
    ['an absolute target elsewhere', get('http://evil.example/vars', 'evil.example')],
    ['an empty target', 'GET  HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['no target', 'GET HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['an empty target of a POST', 'POST  HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['chunked twice', post('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n')],
    ['two lengths of the body', post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')],
    ['two Content-Lengths', post('Content-Length: 5\r\nContent-Length: 6\r\n', 'hello')],
    ['a negative length', post('Content-Length: -1\r\n', '')],
    ['a negative chunk', post('Transfer-Encoding: chunked\r\n', '-5\r\nhello\r\n0\r\n\r\n')],
    ['chunks with trailers', post('Transfer-Encoding: chunked\r\n', '2\r\n{}\r\n0\r\nX: y\r\n\r\n')],
    ['another method', 'BREW /api HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['not HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n'],
    ['HTTP/0.9', 'GET /\r\n\r\n'],
    ['HTTP/9.9', 'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n'],
    [
      'a page of another site',
      `GET /vars HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n`,
    ],
    ['an agent over TCP', post('', '').replace('/api', '/agent/v1/register')],
  ])('%s', async (_what, request) => {
    expect(await raw(request)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  test('a body that never comes is let go of when its sender goes', async () => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(cluster.endpoint.httpUrl).port) });
    socket.write('POST /api HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.destroy();
    expect((await cluster.http('GET', '/health')).body.toString()).toBe('OK\n');
  });

  test('connections without end leave room for those who work', async () => {
    const port = Number(new URL(cluster.endpoint.httpUrl).port);
    const idle = Array.from({ length: 700 }, () => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.on('error', () => undefined);
      socket.write('GET /vars HTTP/1.1\r\nHost: loc');
      return socket;
    });
    await Promise.all(
      idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))),
    );
    // The socket that agents and clients use is another door.
    expect((await cluster.http('GET', '/health')).status).toBe(200);
    for (const socket of idle) socket.destroy();
  });
});

describe('messages that no agent sends', () => {
  const post = async (message: string, body: unknown): Promise<readonly [number, unknown]> => {
    const reply = await cluster.http('POST', `/agent/v1/${message}`, {}, Buffer.from(JSON.stringify(body)));
    return [reply.status, JSON.parse(reply.body.toString()) as unknown];
  };
  const usage = { cpus: 0, ramBytes: 0, diskBytes: 0, processes: 0, threads: 0 };
  const registration = {
    agentId: 'a',
    host: 'nowhere',
    attributes: [],
    resources: { cpus: 1, ramMb: 1, diskMb: 1, gpus: 0, portRanges: [] },
    pid: 1,
    socketPath: '/nowhere.sock',
    tasks: [],
  };

  test.each([
    ['register', {}, 400, 'The field resources must be an object.'],
    ['register', registration, 403, 'The cluster has no agent on a host called nowhere.'],
    ['register', { ...registration, host: '../x' }, 400, 'The field host must be a plain name.'],
    [
      'register',
      { ...registration, resources: { ...registration.resources, cpus: -1 } },
      400,
      'The field cpus must be a number of at least 0.',
    ],
    [
      'register',
      { ...registration, resources: { ...registration.resources, portRanges: [[1]] } },
      400,
      'The field portRanges must be a list of pairs.',
    ],
    [
      'register',
      { ...registration, tasks: [{ taskId: 't', status: 'DANCING', ports: [] }] },
      400,
      'The field status must be a status of a task.',
    ],
    [
      'heartbeat',
      { agentId: 'a', usage: { ...usage, cpus: 'many' }, tasks: [] },
      400,
      'The field cpus must be a number of at least 0.',
    ],
    ['updates', { agentId: 'a', updates: {} }, 400, 'The field updates must be a list.'],
  ])('%s %j', async (message, body, status, error) => {
    expect(await post(message, body)).toEqual([status, { error }]);
  });

  test('an agent that the scheduler does not know is told to register', async () => {
    expect(await post('heartbeat', { agentId: 'unknown', usage, tasks: [] })).toEqual([
      200,
      { known: false },
    ]);
  });

  test('an update of a task that nobody knows is acknowledged, so that it ends', async () => {
    const update = { uuid: 'u', taskId: 'nobody', status: 'RUNNING', timestampMs: 1 };
    expect(await post('updates', { agentId: 'unknown', updates: [update] })).toEqual([
      200,
      { acknowledged: ['u'] },
    ]);
  });
});

function manyKeys(count: number): string {
  return `{${Array.from({ length: count }, (_, index) => `"k${index}":0`).join(',')}}`;
}

/** Writes bytes to the TCP port and gives what came back until the connection ended. */
function raw(head: string, chunks: readonly string[] = []): Promise<string> {
  const port = Number(new URL(cluster.endpoint.httpUrl).port);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      // Whoever keeps the connection open after a whole answer has been heard.
      if (/^HTTP\/1\.1 \d{3} [^]*\r\n\r\n/.test(answer)) socket.end();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(answer);
    });
    socket.write(head, 'latin1');
    for (const chunk of chunks) socket.write(chunk, 'latin1');
  });
}

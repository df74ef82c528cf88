import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { decodeReply, encodeCall, type ApiArguments, type ApiMethod } from '../../src/thrift/api.js';
import { fromJson } from '../../src/thrift/simple-json.js';
import { loadSchema } from '../../src/thrift/load-schema.js';
import type { Method, ValueType } from '../../src/thrift/schema.js';
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
  const description = jobConfiguration({ role: 'role', environment: 'devel', name: 'kept' });
  expect((await cluster.call('createJob', { description })).responseCode).toBe('OK');
  stateBefore = await storedState();
});
afterAll(async () => {
  await cluster.dispose();
  programs.dispose();
});
afterEach(async () => {
  expect(await storedState()).toBe(stateBefore);
  expect(cluster.endpoint.pid).toBe(pid);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

async function storedState(): Promise<string> {
  const hash = createHash('sha256');
  for (const [method, path, body] of [
    ['POST', '/apibeta/getTasksStatus', '{"query":{}}'],
    ['GET', '/state', undefined],
    ['GET', '/quotas', undefined],
    ['GET', '/maintenance', undefined],
  ] as const)
    hash.update((await cluster.http(method, path, {}, body && Buffer.from(body))).body);
  return hash.digest('hex');
}

let requests = 0;

/** Every other request through the other door: the unix socket and the loopback port have the same endpoints. */
function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: Buffer,
): ReturnType<TestCluster['http']> {
  requests += 1;
  return requests % 2 === 0 && !path.startsWith('/agent/')
    ? cluster.tcp(method, path, { host: 'localhost', ...headers }, body)
    : cluster.http(method, path, headers, body);
}

const METHODS = [...loadSchema('api.thrift').methods.values()];

const PAGES = [
  '/health',
  '/leaderhealth',
  '/vars',
  '/vars.json',
  '/metrics',
  '/quotas',
  '/cron',
  '/maintenance',
  '/offers',
  '/pendingtasks',
  '/agents',
  '/slaves',
  '/state',
  '/tiers',
  '/services',
  '/graphdata',
  '/graphview',
  '/threads',
  '/contention',
  '/utilization',
  '/structdump',
  '/mname',
  '/cluster/v1/state',
  '/cluster/v1/usage',
  '/cluster/v1/explain',
  '/cluster/v1/tasks/x/processes',
  '/cluster/v1/tasks/x/log',
  '/cluster/v1/tasks/x/files',
];

const MESSAGES = [
  '/api',
  ...METHODS.map(({ name }) => `/apibeta/${name}`),
  '/cluster/v1/stop',
  '/agent/v1/register',
  '/agent/v1/heartbeat',
  '/agent/v1/updates',
];

const NAMES = [
  '__proto__',
  'constructor',
  '..',
  'a/b',
  '',
  'x'.repeat(300),
  'a\0b',
  'a\nb',
  '\u202ea',
  '😀',
  '-rf',
  '$(x)`x`;\'"',
];

const NUMBERS = ['0', '-1', '1e308', '1e999', '9007199254740993', '0.30000000000000004'];

/** Bodies that are no message of any endpoint. */
const BODIES: ReadonlyArray<readonly [string, Buffer]> = [
  ['nested a hundred thousand deep', Buffer.from('['.repeat(100_000))],
  ['nested deep in a field', Buffer.from(`{"query":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`)],
  ['a hundred thousand keys', Buffer.from(`{${keys(100_000)}}`)],
  ['NaN', Buffer.from('{"query":NaN}')],
  ['half of a surrogate pair', Buffer.from('{"a":"\\ud800"}')],
  ['a byte order mark', Buffer.from('\ufeff{}')],
  ['UTF-16', Buffer.from('{}', 'utf16le')],
  ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['a list', Buffer.from('[]')],
  ['a text', Buffer.from('"x"')],
  ['half a message', Buffer.from('{"query":')],
];

function keys(count: number): string {
  return Array.from({ length: count }, (_, i) => `"k${i}":0`).join();
}

describe('whatever a body is', () => {
  test.each(MESSAGES)('POST %s refuses it', async (path) => {
    for (const [what, body] of BODIES) {
      const { status } = await ask('POST', path, {}, body);
      if (![400, 413].includes(status)) throw new Error(`${what}: ${status}`);
    }
  });
});

describe('whatever the names and numbers are', () => {
  test.each(METHODS)('$name treats them as data or refuses them', async (method) => {
    const fills = [
      ...NAMES.map((name) => ({ text: JSON.stringify(name), number: '1' })),
      ...NUMBERS.map((number) => ({ text: '"a"', number })),
    ];
    for (const fill of fills) {
      const body = Buffer.from(argumentsOf(method, fill));
      const reply = await ask('POST', `/apibeta/${method.name}`, {}, body);
      expect([200, 400]).toContain(reply.status);
      if (reply.status !== 200) continue;
      const { responseCode } = JSON.parse(reply.body.toString()) as { responseCode: string };
      expect(responseCode).toMatch(/^(?:OK|INVALID_REQUEST|ERROR)$/);
    }
  });

  test.each(['binary', 'json'] as const)('in the %s protocol, too', async (protocol) => {
    const type = protocol === 'json' ? 'application/json' : 'application/vnd.apache.thrift.binary';
    for (const method of METHODS)
      for (const name of NAMES) {
        const fill = { text: JSON.stringify(name), number: String(requests % 3) };
        const args = fromJson(
          { kind: 'struct', struct: method.parameters },
          JSON.parse(argumentsOf(method, fill)),
        );
        const called = method.name as ApiMethod;
        const message = encodeCall(protocol, called, args as ApiArguments[ApiMethod]);
        const reply = await ask('POST', '/api', { 'content-type': type, accept: type }, message);
        expect(reply.status).toBe(200);
        const { responseCode } = decodeReply(protocol, called, reply.body);
        expect(responseCode).toMatch(/^(?:OK|INVALID_REQUEST|ERROR)$/);
      }
  });

  test('a call without arguments is answered by every method', async () => {
    for (const { name } of METHODS) {
      const reply = await ask('POST', '/api', {}, Buffer.from(`[1,"${name}",1,0,{}]`));
      expect(reply.status).toBe(200);
      expect(reply.body.toString().startsWith(`[1,"${name}",2,0,{"0":`)).toBe(true);
    }
  });

  test.each(['/quotas', '/vars.json', '/cluster/v1/explain'])('GET %s?...', async (path) => {
    for (const name of NAMES)
      for (const parameter of ['role', 'job', 'instance', 'pretty', '__proto__']) {
        const target = `${path}?${parameter}=${encodeURIComponent(name)}`;
        const { status } = await ask('GET', target);
        expect([200, 400, 404]).toContain(status);
      }
  });

  test.each(['processes', 'log', 'files'])('GET /cluster/v1/tasks/NAME/%s', async (part) => {
    for (const name of NAMES) {
      const target = `/cluster/v1/tasks/${encodeURIComponent(name)}/${part}?path=${encodeURIComponent(name)}`;
      expect([400, 404]).toContain((await ask('GET', target)).status);
    }
  });
});

describe('whatever is behind a path', () => {
  test.each(PAGES)('GET %s... is refused or is the page', async (path) => {
    const behind = [
      '/%',
      '/%ff',
      '/%00',
      '/..%2f..%2fetc/passwd',
      '/../../etc/passwd',
      `/${'x'.repeat(8000)}`,
    ];
    for (const part of behind) {
      const { status, body } = await ask('GET', `${path}${part}`);
      expect([part, status >= 400 && status < 500]).toEqual([part, true]);
      expect(body.toString()).not.toContain('root:');
    }
    for (const query of ['?', '?%', '?%ff=%00', '?role=%', `?${'a=b&'.repeat(1000)}`])
      expect((await ask('GET', `${path}${query}`)).status).toBeLessThan(500);
    expect([404, 405]).toContain((await ask('DELETE', path)).status);
    expect([404, 405]).toContain((await ask('POST', path, {}, Buffer.from('{}'))).status);
  });
});

interface Fill {
  readonly text: string;
  readonly number: string;
}

/** JSON for every parameter, every text and number in it the same. */
function argumentsOf({ parameters }: Method, fill: Fill): string {
  const fields = parameters.fields.map(({ name, type }) => `"${name}":${valueOf(type, fill)}`);
  return `{${fields.join()}}`;
}

function valueOf(type: ValueType, fill: Fill): string {
  switch (type.kind) {
    case 'bool':
      return 'true';
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64':
    case 'double':
      return fill.number;
    case 'string':
      return fill.text;
    case 'enum':
      return JSON.stringify([...type.enum.numberOf.keys()][0]);
    case 'struct': {
      // Of a union one field, of a struct all.
      const fields = type.struct.isUnion ? type.struct.fields.slice(0, 1) : type.struct.fields;
      return `{${fields.map((field) => `"${field.name}":${valueOf(field.type, fill)}`).join()}}`;
    }
    case 'list':
    case 'set':
      return `[${valueOf(type.element, fill)}]`;
    case 'map':
      return `{${fill.text}:${valueOf(type.value, fill)}}`;
  }
}

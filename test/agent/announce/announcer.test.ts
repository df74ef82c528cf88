import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import { systemClock } from '../../../src/base/clock.js';
import { silentLogger } from '../../../src/base/logging.js';
import { Announcer, type Membership } from '../../../src/agent/announce/announcer.js';
import type { AnnouncerDefinition } from '../../../src/model/cluster.js';
import { FakeZooKeeper } from './fake-zookeeper.js';

const PATH = '/aurora/role/env/name';

describe('announcer', () => {
  let server: FakeZooKeeper;
  let announcer: Announcer;

  const start = (more: Partial<AnnouncerDefinition> = {}): void => {
    const zookeeper = `127.0.0.1:${server.port}`;
    announcer = new Announcer({
      clock: systemClock,
      logger: silentLogger,
      definition: { zookeeper, ...more },
    });
  };
  const join = (data = 'd', path = PATH): Membership =>
    announcer.join({ announcement: { path, data }, timeoutMs: undefined, onTimeout: () => undefined });

  /** Asked again until it is the one that is expected: a slow machine may not have got that far. */
  const untilProblem = async (expected: RegExp): Promise<string> => {
    for (;;) {
      const problem = await new Promise<string>((resolve) => {
        announcer.join({ announcement: { path: PATH, data: '' }, timeoutMs: 200, onTimeout: resolve });
      });
      if (expected.test(problem)) return problem;
    }
  };

  beforeEach(async () => {
    server = new FakeZooKeeper();
    await server.listen();
    start();
  });

  afterEach(() => {
    announcer.abandon();
    server.close();
  });

  test('a member has a node below its path while it stays; all share one session', async () => {
    const first = join('one');
    const second = join('two');
    await server.until(() => server.members.length === 2);
    expect([...server.nodes.keys()].slice(0, 5)).toEqual([
      '/',
      '/aurora',
      '/aurora/role',
      '/aurora/role/env',
      PATH,
    ]);
    expect(server.members.every((path) => /^\/aurora\/role\/env\/name\/member_\d{10}$/.test(path))).toBe(
      true,
    );
    expect(server.sessions.size).toBe(1);
    first.leave();
    await server.until(() => server.members.length === 1);
    expect([...server.nodes.values()].at(-1)).toMatchObject({ data: 'two', acl: '31 world anyone' });
    second.leave();
    await server.until(() => server.sessions.size === 0);
    expect(server.members).toEqual([]);
  });

  test('a broken connection keeps session and nodes, and what is due is done on the next one', async () => {
    const first = join();
    join('two');
    await server.until(() => server.members.length === 2);
    const before = server.members;
    server.breakConnections();
    first.leave();
    await server.until(() => server.members.length === 1);
    expect(before).toContain(server.members[0]);
    expect(server.sessions.size).toBe(1);
  });

  test('after an expired session every member is made again', async () => {
    join('one');
    join('two', '/other');
    await server.until(() => server.members.length === 2);
    const before = server.members;
    server.expireSessions();
    await server.until(() => server.members.length === 2);
    expect(server.members.some((path) => before.includes(path))).toBe(false);
  });

  test('a node that was made without an answer is not made twice', async () => {
    server.nodes.set(PATH, { data: '', acl: '', owner: 0n });
    server.nodes.set('/aurora', { data: '', acl: '', owner: 0n });
    server.swallowCreates = 1;
    join();
    await server.until(() => server.members.length === 1 && server.sessions.has(2n));
    await server.until(() => server.members.length === 1 && !server.sessions.has(1n));
    expect(server.members).toEqual([`${PATH}/member_0000000001`]);
  });

  test('credentials are sent, and digests stand in the ACL', async () => {
    start({
      auth: [{ scheme: 'digest', credential: 'user:pass' }],
      acl: [
        { scheme: 'digest', credential: 'user:pass', permissions: { read: true, delete: true } },
        { scheme: 'world', credential: 'anyone', permissions: { read: true } },
      ],
    });
    join();
    await server.until(() => server.members.length === 1);
    expect(server.auth).toEqual(['digest user:pass']);
    expect([...server.nodes.values()].at(-1)?.acl).toBe(
      '9 digest user:smGaoVKd/cQkjm7b88GyorAUz20=,1 world anyone',
    );
  });

  test.each([
    ['a server that refuses', (zookeeper: FakeZooKeeper) => (zookeeper.createCode = -102), /not allowed/],
    ['a server that is silent', (zookeeper: FakeZooKeeper) => (zookeeper.silent = true), /not answer/],
    [
      'nobody',
      (zookeeper: FakeZooKeeper) => {
        zookeeper.close();
      },
      /ECONNREFUSED|closed the connection/,
    ],
  ])('%s is the reason after the time allowed', async (_name, disturb, reason) => {
    disturb(server);
    start({ sessionTimeoutSecs: 0.3 });
    expect(await untilProblem(reason)).toMatch(reason);
  });

  test('wrong credentials are the reason, too', async () => {
    server.authCode = -115;
    start({ auth: [{ scheme: 'digest', credential: 'user:wrong' }] });
    expect(await untilProblem(/authentication failed/)).toBe('ZooKeeper: authentication failed');
  });

  test('servers are tried in turn; one that is no ZooKeeper is passed over', async () => {
    const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    start({ zookeeper: `127.0.0.1:${(other.address() as AddressInfo).port},127.0.0.1:${server.port}` });
    join();
    await server.until(() => server.members.length === 1);
    other.close();
  });

  test('an agent that only goes leaves the nodes to the session', async () => {
    join();
    await server.until(() => server.members.length === 1);
    announcer.abandon();
    expect(server.members).toHaveLength(1);
    expect(server.sessions.size).toBe(1);
  });
});

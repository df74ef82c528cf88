import { afterEach, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/base/clock.js';
import { silentLogger } from '../../../src/base/logging.js';
import { Announcer } from '../../../src/agent/announce/announcer.js';
import { OPEN_ACL } from '../../../src/agent/announce/zookeeper-protocol.js';
import { ZooKeeperSession } from '../../../src/agent/announce/zookeeper-session.js';

/** `HOST:PORT` of a server that may be written to. */
const zookeeper = process.env['AURORA_TEST_ZOOKEEPER'] ?? '';
const withServer = zookeeper === '' ? test.skip : test;
const auth = [{ scheme: 'digest', credential: 'user:pass' }];
const opened: Array<{ abandon(): void }> = [];

afterEach(() => {
  for (const one of opened.splice(0)) one.abandon();
});

function openSession(credentials = auth): Promise<ZooKeeperSession> {
  return new Promise((resolve) => {
    const session = new ZooKeeperSession({
      clock: systemClock,
      logger: silentLogger,
      servers: [zookeeper],
      timeoutMs: 4000,
      auth: credentials,
      onReady: () => {
        resolve(session);
      },
    });
    opened.push(session);
  });
}

/** Deletes a node as soon as it is there. */
async function take(session: ZooKeeperSession, path: string): Promise<void> {
  for (;;) {
    try {
      await session.delete(path);
      return;
    } catch (error) {
      if (!/no such node/.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

withServer('a real server (AURORA_TEST_ZOOKEEPER) takes what an announcer sends', async () => {
  const permissions = { read: true, write: true, create: true, delete: true, admin: true };
  const root = `/test-${process.pid}-${Date.now()}`;
  const announcer = new Announcer({
    clock: systemClock,
    logger: silentLogger,
    definition: { zookeeper, auth, acl: [{ scheme: 'digest', credential: 'user:pass', permissions }] },
  });
  opened.push(announcer);
  const request = { timeoutMs: undefined, onTimeout: () => undefined };
  const member = announcer.join({ announcement: { path: `${root}/a/b`, data: '{}' }, ...request });
  const session = await openSession();
  await take(session, `${root}/a/b/member_0000000000`);
  const stranger = await openSession([]);
  await expect(
    stranger.create({ path: `${root}/a/b/x`, data: '', acl: OPEN_ACL, isMember: false }),
  ).rejects.toThrow('not allowed');
  member.leave();
  const second = announcer.join({ announcement: { path: `${root}/a/b`, data: '{}' }, ...request });
  await take(session, `${root}/a/b/member_0000000001`);
  second.leave();
  for (const path of [`${root}/a/b`, `${root}/a`, root]) await take(session, path);
  session.close();
});

withServer('nodes go with their session', async () => {
  const path = `/gone-${process.pid}-${Date.now()}-`;
  const first = await openSession();
  const node = await first.create({ path, data: 'x', acl: OPEN_ACL, isMember: true });
  expect(node).toMatch(/-\d{10}$/);
  first.close();
  const second = await openSession();
  await expect(second.delete(node)).rejects.toThrow('no such node');
  second.close();
});

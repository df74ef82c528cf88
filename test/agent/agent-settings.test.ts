import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/agent/agent-settings.js';
import { DEFAULT_OPTIONS } from '../../src/agent/agent-options.js';

const SETTINGS = {
  cluster: 'c',
  host: 'h1',
  attributes: [{ name: 'rack', values: ['r1', 'r2'] }],
  resources: { cpus: 4, ramMb: 1024, diskMb: 2048, gpus: 0, portRanges: [[31000, 31999]], revocableCpus: 2 },
  schedulerSocketPath: '/s',
  socketPath: '/a',
};

const read = (change: object = {}, options?: object): ReturnType<typeof readSettings> =>
  readSettings(JSON.stringify({ ...SETTINGS, ...change }), options && JSON.stringify(options));

describe('settings of an agent', () => {
  test('what the daemon writes', () => {
    expect(read()).toEqual({ ...SETTINGS, options: DEFAULT_OPTIONS });
  });

  test('options of the operator', () => {
    const { options } = read(
      {},
      { cpuQuota: true, gcDelaySecs: 60, namespaces: ['tmp'], observerPort: 1338 },
    );
    expect(options).toEqual({
      ...DEFAULT_OPTIONS,
      cpuQuota: true,
      gcDelayMs: 60_000,
      namespaces: ['tmp'],
      observerPort: 1338,
    });
  });

  test("clusters.yaml's options come with the settings, the agent's own file is on top", () => {
    const acl = [{ scheme: 'world', credential: 'anyone', permissions: { read: true } }];
    const announcer = { zookeeper: 'zk:2181', root: '/r', hostname: 'h', sessionTimeoutSecs: 20, acl };
    const change = { options: { cpuQuota: true, processLimit: 10, announcer } };
    const { options } = read(change, { processLimit: 20 });
    expect(options).toMatchObject({ cpuQuota: true, processLimit: 20 });
    expect(options.announcer).toEqual({
      ...announcer,
      auth: [],
      acl: [
        {
          ...acl[0],
          permissions: { read: true, write: false, create: false, delete: false, admin: false },
        },
      ],
    });
  });

  test.each([
    [{ host: undefined }, undefined, 'settings.json.host is missing'],
    [{ attributes: 3 }, undefined, 'settings.json.attributes must be a list, not 3'],
    [{ resources: { cpus: 'many' } }, undefined, 'settings.json.resources.cpus must be a number, not "many"'],
    [
      {},
      { processLimits: 3 },
      'options.json.processLimits is no option of an agent: did you mean processLimit?',
    ],
    [
      { options: { cpuQota: true } },
      undefined,
      'settings.json.options.cpuQota is no option of an agent: did you mean cpuQuota?',
    ],
    [{}, { processLimit: 0 }, 'options.json.processLimit must be from 1 to 4194304, not 0'],
    [{}, { announcer: {} }, 'options.json.announcer.zookeeper is missing'],
    [
      {},
      { announcer: { zookeeper: 'h', rot: '/a' } },
      'options.json.announcer.rot is no option of an agent: did you mean root?',
    ],
    [{}, { zzz: 3 }, /options\.json\.zzz is no option of an agent: known are requireRoleUser, /],
    [{}, { namespaces: ['net'] }, 'options.json.namespaces[0] must be one of pid, mount, tmp, not "net"'],
  ])('%j with options %j is refused', (change, options, message) => {
    expect(() => read(change, options)).toThrow(message);
  });
});

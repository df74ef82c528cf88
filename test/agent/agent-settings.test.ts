import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/agent/agent-settings.js';
import { DEFAULT_OPTIONS } from '../../src/agent/agent-environment.js';

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

  test.each([
    [{ host: undefined }, undefined, 'settings.json.host is missing'],
    [{ attributes: 3 }, undefined, 'settings.json.attributes must be a list, not 3'],
    [{ resources: { cpus: 'many' } }, undefined, 'settings.json.resources.cpus must be a number, not "many"'],
    [
      {},
      { processLimits: 3 },
      'options.json.processLimits is no option of an agent: did you mean processLimit?',
    ],
    [{}, { zzz: 3 }, /options\.json\.zzz is no option of an agent: known are requireRoleUser, /],
    [{}, { namespaces: ['net'] }, 'options.json.namespaces[0] must be "tmp", not "net"'],
  ])('%j with options %j is refused', (change, options, message) => {
    expect(() => read(change, options)).toThrow(message);
  });
});

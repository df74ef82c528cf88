import { describe, expect, test } from '@jest/globals';
import { resolvePorts } from '../../src/agent/port-map.js';

const map = (entries: Record<string, string>): Map<string, string> => new Map(Object.entries(entries));

describe('port map', () => {
  test('case 91: aliases are followed, names without a number are dropped', () => {
    const { ports, unmapped } = resolvePorts(
      map({ http: '80', aurora: 'http', https: 'aurora', thrift: 'service' }),
      new Map(),
    );
    expect(Object.fromEntries(ports)).toEqual({ http: 80, aurora: 80, https: 80 });
    expect(Object.fromEntries(unmapped)).toEqual({ thrift: 'service' });
  });

  test('assigned ports overlay the portmap', () => {
    const { ports } = resolvePorts(map({ aurora: 'http', s: '80' }), new Map([['http', 31000]]));
    expect(Object.fromEntries(ports)).toEqual({ aurora: 31000, http: 31000, s: 80 });
  });

  test.each([[{ a: 'a' }], [{ a: 'b', b: 'a' }]])('a cycle %j is refused', (entries) => {
    expect(() => resolvePorts(map(entries as Record<string, string>), new Map())).toThrow(
      'Found cycle in portmap!',
    );
  });

  test('names are plain data', () => {
    const { ports } = resolvePorts(
      new Map([
        ['__proto__', '80'],
        ['x', '__proto__'],
      ]),
      new Map(),
    );
    expect([...ports]).toEqual([
      ['__proto__', 80],
      ['x', 80],
    ]);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

import type { Runtime, Value } from '../language/value.js';
import { Dict } from '../language/values/dict.js';
import { ConfigError } from './config-error.js';

/** Names of ports and what they lead to: a number, or the name that has to be allocated. */
export type PortMap = ReadonlyMap<string, string | number>;

/**
 * Follows every name through the map until a number or a name that is no key: `{a: b, b: c, c: '90'}` gives 90
 * for all three. Throws CycleException for names that lead back to themselves.
 */
export function resolvePorts(portmap: PortMap): Map<string, string | number> {
  const numbered = new Map(Array.from(portmap, ([name, value]) => [name, toNumber(value)] as const));
  const resolved = new Map<string, string | number>();
  for (const name of numbered.keys()) resolved.set(name, follow(name, numbered));
  return resolved;
}

function follow(name: string, portmap: PortMap): string | number {
  const seen = [name];
  let value = portmap.get(name) as string | number;
  while (typeof value === 'string') {
    const next = portmap.get(value);
    if (next === undefined) return value;
    if (seen.includes(value)) throw new PortCycle(value, [...seen, value]);
    seen.push(value);
    value = next;
  }
  return value;
}

/** `port` is a name on the ring. */
export class PortCycle extends ConfigError {
  constructor(
    readonly port: string,
    ring: readonly string[],
  ) {
    super('CycleException', 'Found cycle in portmap!', {
      code: 'portmap-cycle',
      notes: [`the portmap leads ${ring.join(' -> ')}: a cycle never reaches a port to allocate`],
      suggestion: `Leave "${port}" out of the portmap: a port that only keeps its name needs no alias.`,
    });
  }
}

const WHOLE = /^\s*[+-]?\d+\s*$/;

function toNumber(value: string | number): string | number {
  return typeof value === 'string' && WHOLE.test(value) ? Number(value) : value;
}

/** As `resolvePorts`, for a mapping out of a program. */
export function resolvePortValues(portmap: Value, runtime: Runtime): Map<string, string | number> {
  if (!(portmap instanceof Dict)) {
    throw new ConfigError('ValueError', 'portmap must be a mapping', { code: 'bad-portmap' });
  }
  const entries = Array.from(portmap.entries.values(), ({ key, value }): [string, string | number] => {
    if (typeof key !== 'string') {
      throw new ConfigError('ValueError', 'All portmap keys must be strings!', {
        code: 'bad-portmap',
        notes: [`got the key ${runtime.repr(key)}`],
      });
    }
    if (typeof value === 'string' || typeof value === 'number') return [key, value];
    throw new ConfigError('ValueError', 'All portmap values must be strings or integers!', {
      code: 'bad-portmap',
      notes: [`got ${runtime.repr(value)} for "${key}"`],
    });
  });
  return resolvePorts(new Map(entries));
}

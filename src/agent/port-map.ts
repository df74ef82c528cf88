/**
 * Binds port names to numbers as Aurora's PortResolver: a value is a number, or the name of another port and
 * then followed to the end. The scheduler's ports overlay the announcer's portmap.
 */
export class PortCycle extends Error {
  override readonly name = 'PortCycle';

  constructor() {
    super('Found cycle in portmap!');
  }
}

export interface PortMap {
  readonly ports: ReadonlyMap<string, number>;
  /** Names that lead to no number, each with where it ends; they are dropped. */
  readonly unmapped: ReadonlyMap<string, string>;
}

export function resolvePorts(
  portmap: ReadonlyMap<string, string>,
  assigned: ReadonlyMap<string, number>,
): PortMap {
  const targets = new Map<string, string | number>();
  for (const [name, value] of portmap) targets.set(name, integerOrName(value));
  for (const [name, port] of assigned) targets.set(name, port);
  const ports = new Map<string, number>();
  const unmapped = new Map<string, string>();
  for (const name of targets.keys()) {
    const end = follow(name, targets);
    if (typeof end === 'number') ports.set(name, end);
    else unmapped.set(name, end);
  }
  return { ports, unmapped };
}

function integerOrName(value: string): string | number {
  return /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
}

function follow(name: string, targets: ReadonlyMap<string, string | number>): string | number {
  const seen = new Set<string>();
  let current: string | number = name;
  while (typeof current === 'string') {
    if (seen.has(current)) throw new PortCycle();
    seen.add(current);
    const next = targets.get(current);
    if (next === undefined) return current;
    current = next;
  }
  return current;
}

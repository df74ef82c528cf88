/**
 * Fills `{{...}}` references in a task's JSON once it is known who runs it where: `thermos.task_id`,
 * `thermos.user`, `thermos.ports[NAME]` and whatever else the caller can name. `{{&x}}` becomes `{{x}}`.
 */
export interface BoundTask {
  readonly json: unknown;
  /** References left, as `{{x}}`, each once. */
  readonly unbound: readonly string[];
}

const REFERENCE = /\{\{(&?)([A-Za-z_][\w.[\]-]*)\}\}/g;
const PORT = /^thermos\.ports\[([^[\]]+)\]$/;
/** A reference may bind to text with references in it, but not for ever. */
const MOST_PASSES = 100;
const LONGEST_TEXT = 64 * 1024 * 1024;

export function bindReferences(json: unknown, lookUp: (name: string) => string | undefined): BoundTask {
  const unbound = new Set<string>();
  const bound = mapTexts(json, (text) => {
    let current = text;
    for (let pass = 0; pass < MOST_PASSES && current.includes('{{'); pass++) {
      const next = current.replace(REFERENCE, (whole, escape: string, name: string) =>
        escape === '&' ? `{{${name}}}` : (lookUp(name) ?? whole),
      );
      if (next === current) break;
      if (next.length > LONGEST_TEXT) throw new RangeError('a text grows beyond 64 MB when it is bound');
      current = next;
    }
    for (const [whole] of current.matchAll(REFERENCE)) unbound.add(whole);
    return current;
  });
  return { json: bound, unbound: [...unbound] };
}

/** Names of the ports that a task's texts refer to, in order of appearance. */
export function portsUsed(json: unknown): string[] {
  const ports = new Set<string>();
  mapTexts(json, (text) => {
    for (const [, , name] of text.matchAll(REFERENCE)) {
      const port = PORT.exec(name ?? '')?.[1];
      if (port !== undefined) ports.add(port);
    }
    return text;
  });
  return [...ports];
}

export function thermosReferences(
  taskId: string,
  user: string,
  ports: ReadonlyMap<string, number>,
): (name: string) => string | undefined {
  return (name) => {
    if (name === 'thermos.task_id') return taskId;
    if (name === 'thermos.user') return user;
    const port = ports.get(PORT.exec(name)?.[1] ?? '');
    return port === undefined ? undefined : String(port);
  };
}

function mapTexts(json: unknown, map: (text: string) => string): unknown {
  if (typeof json === 'string') return map(json);
  if (Array.isArray(json)) return json.map((item: unknown) => mapTexts(item, map));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, mapTexts(value, map)]));
}

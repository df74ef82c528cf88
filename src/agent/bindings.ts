/**
 * Fills the references that only a running task can know: `{{mesos.instance}}`, `{{mesos.hostname}}`,
 * `{{thermos.task_id}}`, `{{thermos.user}}`, `{{thermos.ports[NAME]}}`. Passes repeat until nothing changes, so
 * that a reference inside a reference binds; `{{&x}}` stands for a literal `{{x}}` of the next pass.
 */
export interface TaskBindings {
  readonly instance: number;
  readonly hostname: string;
  readonly taskId: string;
  readonly user: string;
  readonly ports: ReadonlyMap<string, number>;
}

export interface BoundText<T> {
  readonly value: T;
  /** References left over, without braces, in order of appearance. */
  readonly unbound: readonly string[];
}

const REFERENCE = /\{\{(&)?([^{}]+?)\}\}/g;
const PORT = /^thermos\.ports\[([^[\]]*)\]$/;
const MOST_PASSES = 100;
const LONGEST_TEXT = 64 * 1024 * 1024;

/** Binds every text inside `value`, keys excluded, and leaves everything else as it is. */
export function bindDeep<T>(value: T, bindings: TaskBindings): BoundText<T> {
  const unbound = new Set<string>();
  const bound = walk(value, (text) => bindText(text, bindings, unbound));
  return { value: bound as T, unbound: [...unbound] };
}

/** The name in `thermos.ports[NAME]`, or undefined for any other reference. */
export function portOfReference(reference: string): string | undefined {
  return PORT.exec(reference)?.[1];
}

function bindText(text: string, bindings: TaskBindings, unbound: Set<string>): string {
  let current = text;
  for (let pass = 0; pass < MOST_PASSES && current.includes('{{'); pass++) {
    const next = current.replace(REFERENCE, (whole: string, escape: string | undefined, name: string) =>
      escape === undefined ? (lookUp(name, bindings) ?? whole) : `{{${name}}}`,
    );
    if (next === current) break;
    if (next.length > LONGEST_TEXT) throw new RangeError('a bound text grows beyond 64 MB');
    current = next;
  }
  for (const [, , name] of current.matchAll(REFERENCE)) unbound.add(name ?? '');
  return current;
}

function lookUp(name: string, bindings: TaskBindings): string | undefined {
  switch (name) {
    case 'mesos.instance':
      return String(bindings.instance);
    case 'mesos.hostname':
      return bindings.hostname;
    case 'thermos.task_id':
      return bindings.taskId;
    case 'thermos.user':
      return bindings.user;
    default: {
      const port = portOfReference(name);
      const number = port === undefined ? undefined : bindings.ports.get(port);
      return number === undefined ? undefined : String(number);
    }
  }
}

function walk(value: unknown, bind: (text: string) => string): unknown {
  if (typeof value === 'string') return bind(value);
  if (Array.isArray(value)) return value.map((item: unknown) => walk(item, bind));
  if (typeof value !== 'object' || value === null) return value;
  // defineProperty-like creation: a key named `__proto__` stays plain data.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, bind)]));
}

/**
 * Bytes or a value that do not match the schema. The message is a sentence for whoever sent them; `path`
 * leads to the culprit, outermost name first, for example `description.taskConfig.priority`.
 */
export class ThriftError extends Error {
  override readonly name: string = 'ThriftError';

  constructor(
    readonly reason: string,
    readonly path = '',
  ) {
    super(path === '' ? reason : `${path}: ${reason}`);
  }
}

/** The same failure as seen from one level further out. */
export function within(error: unknown, step: string): unknown {
  if (!(error instanceof ThriftError)) return error;
  return new ThriftError(error.reason, error.path === '' ? step : join(step, error.path));
}

function join(outer: string, inner: string): string {
  return inner.startsWith('[') ? `${outer}${inner}` : `${outer}.${inner}`;
}

/** What was given, short enough for a message. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Map) return `a map of ${value.size}`;
  if (typeof value === 'string')
    return value.length > 60 ? `a text of ${value.length} characters` : quote(value);
  if (typeof value === 'object') return 'an object';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

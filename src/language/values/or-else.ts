import type { Value } from '../value.js';

/** The value if there is one. None is a value: `??` would take it for nothing. */
export function orElse<T>(value: Value | undefined, otherwise: () => T): Value | T {
  return value === undefined ? otherwise() : value;
}

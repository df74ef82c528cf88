import type { Value } from '../value.js';
import { nativeFunction, type NativeBody, type NativeFunction } from '../values/native-function.js';

/** The names of a module: its functions by their own names, and constants. */
export function moduleNames(
  functions: ReadonlyArray<readonly [name: string, parameters: string, body: NativeBody]>,
  constants: ReadonlyArray<readonly [name: string, value: Value]> = [],
): Map<string, Value> {
  const names = new Map<string, Value>(constants);
  for (const [name, parameters, body] of functions) names.set(name, nativeFunction(name, parameters, body));
  return names;
}

/** A function of a module that is there so that an import succeeds; a call says why it cannot be. */
export function refusedFunction(name: string, reason: string, suggestion?: string): NativeFunction {
  return nativeFunction(name, '* **', (_args, runtime) =>
    runtime.raise('RuntimeError', `${name}() is not available in a configuration: ${reason}`, {
      code: 'refused',
      suggestion,
    }),
  );
}

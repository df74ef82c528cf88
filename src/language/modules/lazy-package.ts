import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/** An npm package that few configs need: read from disk when a config first imports its module. */
export function lazyPackage<T>(name: string): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= load(name) as T);
}

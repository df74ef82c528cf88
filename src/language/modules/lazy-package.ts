import { createRequire } from 'node:module';

/** Reads an npm package that few configs need from disk, when a config first imports its module. */
export const requirePackage = createRequire(import.meta.url);

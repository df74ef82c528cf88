import type { Interpreter } from '../interpreter.js';
import type { Value } from '../value.js';

/** Makes the names of a module when it is first imported. */
export type ModuleFactory = (runtime: Interpreter) => ReadonlyMap<string, Value>;

/** The modules that need no file, by dotted name. */
export const BUILTIN_MODULES: ReadonlyMap<string, ModuleFactory> = new Map<string, ModuleFactory>();

import { relative } from 'node:path';
import { Namespace } from '../compiler/namespace.js';
import { runModule } from '../compiler/run-module.js';
import { readRegularFile } from '../files.js';
import type { Evaluator } from '../interpreter.js';
import { ModuleObject } from '../values/module.js';
import type { Value } from '../value.js';

/** A `.py` file beside the config, with names of its own; undefined when there is none. */
export function loadLocalModule(name: string, path: string, runtime: Evaluator): ModuleObject | undefined {
  const { files, currentDirectory } = runtime.options.host;
  if (name.includes('\0')) return undefined;
  const candidates = [`${path}.py`, `${path}/__init__.py`];
  const found = candidates.find((candidate) => files.stat(candidate)?.kind === 'file');
  if (found === undefined) {
    return files.stat(path)?.kind === 'directory' ? new ModuleObject(name, new Map()) : undefined;
  }
  const shown = relative(currentDirectory, found);
  runtime.budget.file();
  const text = readRegularFile(found, shown, runtime);
  const namespace = new Namespace(runtime.builtins);
  namespace.set('__name__', name);
  const members = new LiveMembers(namespace);
  runtime.includes.within(found, () => {
    runModule({ path: shown, text }, namespace, runtime);
  });
  return new ModuleObject(name, members, (key, value) => {
    namespace.set(key, value);
  });
}

/** The names of a module as they are now: its functions may still change them. */
class LiveMembers extends Map<string, Value> {
  readonly #namespace: Namespace;

  constructor(namespace: Namespace) {
    super();
    this.#namespace = namespace;
  }

  override get(name: string): Value | undefined {
    return this.#namespace.get(name);
  }

  override has(name: string): boolean {
    return this.#namespace.get(name) !== undefined;
  }

  override *keys(): MapIterator<string> {
    for (const [name] of this.#namespace.entries()) yield name;
  }

  override *entries(): MapIterator<[string, Value]> {
    yield* this.#namespace.entries();
  }

  override [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.entries();
  }
}

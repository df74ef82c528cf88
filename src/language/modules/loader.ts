import { dirname, join, resolve } from 'node:path';
import { nearest } from '../../base/nearest.js';
import type { SourceFile } from '../../base/source.js';
import type { Evaluator } from '../interpreter.js';
import type { Value } from '../value.js';
import { ModuleObject } from '../values/module.js';
import { BUILTIN_MODULES } from './builtin-modules.js';
import { loadLocalModule } from './local-module.js';

/** Finds what `import` names: built-in modules, those of the host, and `.py` files beside the config. */
export class ModuleLoader {
  readonly #loaded = new Map<string, ModuleObject>();

  constructor(readonly runtime: Evaluator) {}

  /** True for a module that exists without any file. */
  has(name: string): boolean {
    return BUILTIN_MODULES.has(name) || this.runtime.options.modules?.has(name) === true;
  }

  /** The module of a dotted name; ImportError with the nearest name otherwise. */
  load(name: string, from: SourceFile): ModuleObject {
    return this.#find(name, from) ?? this.#refuse(name);
  }

  /** What `import a.b.c` binds to `a`. */
  outermost(name: string, module: ModuleObject): Value {
    const parts = name.split('.');
    if (parts.length === 1) return module;
    const [first = ''] = parts;
    const loaded = this.#loaded.get(first) ?? this.#package(first);
    this.#linkParts(parts, module);
    return this.#loaded.get(first) ?? loaded;
  }

  /** `from module import name`: an attribute, or a module inside. */
  member(name: string, _level: number, member: string, from: SourceFile): Value {
    const { runtime } = this;
    const module = name === '' ? undefined : this.load(name, from);
    const value = module?.members.get(member);
    if (value !== undefined) return value;
    const inner = this.#find(name === '' ? member : `${name}.${member}`, from);
    if (inner !== undefined) return inner;
    const meant = nearest(member, module?.members.keys() ?? []);
    return runtime.raise('ImportError', `cannot import name ${member}`, {
      code: 'unknown-import',
      notes: module ? [`module "${name}" has: ${listed([...module.members.keys()])}`] : [],
      suggestion: meant === undefined ? undefined : `Did you mean "${meant}"?`,
    });
  }

  /** `from module import *` */
  publicNames(name: string, _level: number, from: SourceFile): ReadonlyMap<string, Value> {
    const { members } = this.load(name, from);
    return new Map([...members].filter(([key]) => !key.startsWith('_')));
  }

  #find(name: string, from: SourceFile): ModuleObject | undefined {
    const { options } = this.runtime;
    const local = join(dirname(resolve(options.host.currentDirectory, from.path)), ...name.split('.'));
    const known = this.#loaded.get(name) ?? this.#loaded.get(local);
    if (known) return known;
    const builtin = BUILTIN_MODULES.get(name);
    const own = options.modules?.get(name);
    const members = own ? own(this.runtime) : builtin?.(this.runtime);
    if (members) return this.#keep(name, new ModuleObject(name, members));
    if (this.#isPackage(name)) return this.#package(name);
    const file = loadLocalModule(name, local, this.runtime);
    return file && this.#keep(local, file);
  }

  #keep(key: string, module: ModuleObject): ModuleObject {
    this.#loaded.set(key, module);
    return module;
  }

  /** `apache` exists because `apache.aurora...` does. */
  #isPackage(name: string): boolean {
    return this.#names().some((other) => other.startsWith(`${name}.`));
  }

  #package(name: string): ModuleObject {
    const members = new Map<string, Value>();
    const module = new ModuleObject(name, members, (key, value) => members.set(key, value));
    return this.#keep(name, module);
  }

  #linkParts(parts: readonly string[], module: ModuleObject): void {
    for (let i = 1; i < parts.length; i++) {
      const outer =
        this.#loaded.get(parts.slice(0, i).join('.')) ?? this.#package(parts.slice(0, i).join('.'));
      const full = parts.slice(0, i + 1).join('.');
      const inner = i === parts.length - 1 ? module : (this.#loaded.get(full) ?? this.#package(full));
      const part = parts[i] ?? '';
      if (outer.members.get(part) === undefined) outer.set?.(part, inner);
    }
  }

  #names(): string[] {
    return [...BUILTIN_MODULES.keys(), ...(this.runtime.options.modules?.keys() ?? [])];
  }

  #refuse(name: string): never {
    const { runtime } = this;
    const names = this.#names();
    const meant = nearest(name, names);
    return runtime.raise(
      'ImportError',
      runtime.python3 ? `No module named '${name}'` : `No module named ${name}`,
      {
        code: 'unknown-module',
        notes: [
          `no file ${name.replaceAll('.', '/')}.py stands beside the configuration either`,
          `available modules: ${names
            .filter((other) => !other.includes('.'))
            .sort()
            .join(', ')}`,
        ],
        suggestion: meant === undefined ? undefined : `Did you mean "${meant}"?`,
      },
    );
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown}, ...` : shown;
}

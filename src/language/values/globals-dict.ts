import type { Namespace } from '../compiler/namespace.js';
import type { Runtime, Value } from '../value.js';
import { Dict } from './dict.js';

/** What `globals()` gives: a dict whose changes are changes of the global names. */
export class GlobalsDict extends Dict {
  readonly #namespace: Namespace;

  constructor(namespace: Namespace, runtime: Runtime) {
    super();
    this.#namespace = namespace;
    for (const [name, value] of namespace.entries()) super.set(name, value, runtime);
  }

  override set(key: Value, value: Value, runtime: Runtime): void {
    super.set(key, value, runtime);
    if (typeof key === 'string') this.#namespace.set(key, value);
  }

  override delete(key: Value, runtime: Runtime): boolean {
    if (typeof key === 'string') this.#namespace.slot(key).value = undefined;
    return super.delete(key, runtime);
  }
}

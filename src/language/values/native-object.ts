import { PyObject, type CallSite, type Keywords, type Runtime, type Value } from '../value.js';
import { bindMethod, type MethodTable } from './method-table.js';

/** An object of a built-in type: its attributes are exactly the rows of its method table. */
export abstract class NativeObject extends PyObject {
  protected abstract methods(): MethodTable<never>;

  override getAttribute(name: string, _runtime: Runtime): Value | undefined {
    return bindMethod(this as never, this.methods(), name);
  }

  override callMethod(
    name: string,
    args: readonly Value[],
    keywords: Keywords,
    site: CallSite,
    runtime: Runtime,
  ): Value | undefined {
    return this.methods()
      .get(name)
      ?.call(this as never, args, keywords, site, runtime);
  }

  override attributeNames(): Iterable<string> {
    return this.methods().keys();
  }
}

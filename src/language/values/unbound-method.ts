import { PyObject, type CallSite, type Keywords, type Runtime, type Value } from '../value.js';
import type { BuiltinType } from './builtin-type.js';

export type UnboundBody = (
  self: Value,
  args: readonly Value[],
  keywords: Keywords,
  site: CallSite,
  runtime: Runtime,
) => Value;

/** A method of a built-in type got from the type itself: `str.strip`. */
export class UnboundMethod extends PyObject {
  constructor(
    readonly owner: BuiltinType,
    readonly name: string,
    readonly body: UnboundBody,
  ) {
    super();
  }

  typeName(): string {
    return 'method_descriptor';
  }

  override isCallable(): boolean {
    return true;
  }

  override call(args: readonly Value[], keywords: Keywords, site: CallSite, runtime: Runtime): Value {
    const [self] = args;
    if (self === undefined) {
      return runtime.raise(
        'TypeError',
        `descriptor '${this.name}' of '${this.owner.name}' object needs an argument`,
      );
    }
    if (this.owner.isInstance(self) !== true) {
      return runtime.raise(
        'TypeError',
        `descriptor '${this.name}' requires a '${this.owner.name}' object but received a '${runtime.typeName(self)}'`,
      );
    }
    return this.body(self, args.slice(1), keywords, site, runtime);
  }

  override getAttribute(name: string): Value | undefined {
    return name === '__name__' ? this.name : undefined;
  }

  override repr(): string {
    return `<method '${this.name}' of '${this.owner.name}' objects>`;
  }
}

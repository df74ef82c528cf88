import { PyObject, type CallSite, type Keywords, type Runtime, type Value } from '../language/value.js';
import { arityMessage } from '../language/values/signature.js';
import { EMPTY } from './empty.js';
import { raising } from './pystachio-error.js';
import type { StructObject } from './struct-object.js';

abstract class FieldFunction extends PyObject {
  constructor(
    protected readonly owner: StructObject,
    protected readonly field: string,
  ) {
    super();
  }

  typeName(): string {
    return 'function';
  }

  override isCallable(): boolean {
    return true;
  }

  override call(args: readonly Value[], keywords: Keywords, _site: CallSite, runtime: Runtime): Value {
    const given = args.length + keywords.size;
    if (given > 0) return runtime.raise('TypeError', arityMessage(this.field, 0, 0, given));
    return this.answer(runtime);
  }

  protected abstract answer(runtime: Runtime): Value;
}

/** `x.field`: calling it gives the interpolated field, or Empty. */
export class Accessor extends FieldFunction {
  protected answer(runtime: Runtime): Value {
    return raising(runtime, () => this.owner.read(this.field, runtime) ?? EMPTY);
  }
}

/** `x.has_field`: calling it tells whether the field is set; defaults count. */
export class Presence extends FieldFunction {
  protected answer(): Value {
    return this.owner.has(this.field);
  }
}

import { PyObject, type CallSite, type Keywords, type Runtime, type Value } from '../value.js';
import { Signature } from './signature.js';

/** What a native body may ask beyond its arguments. */
export interface NativeCall {
  readonly keywords: Keywords;
  readonly site: CallSite;
}

/** `args` holds one entry a parameter of the signature, undefined where the caller gave none. */
export type NativeBody = (args: readonly Value[], runtime: Runtime, call: NativeCall) => Value;

/** A function written in TypeScript: `len`, `os.getcwd`. */
export class NativeFunction extends PyObject {
  constructor(
    readonly name: string,
    readonly signature: Signature,
    readonly body: NativeBody,
  ) {
    super();
  }

  typeName(): string {
    return 'builtin_function_or_method';
  }

  override isCallable(): boolean {
    return true;
  }

  override call(args: readonly Value[], keywords: Keywords, site: CallSite, runtime: Runtime): Value {
    return this.body(this.signature.bind(args, keywords, runtime), runtime, { keywords, site });
  }

  override getAttribute(name: string): Value | undefined {
    if (name === '__name__') return this.name;
    if (name === '__doc__') return null;
    return undefined;
  }

  override repr(): string {
    return `<built-in function ${this.name}>`;
  }
}

/**
 * Makes a callable. `parameters` names them, separated by spaces: `a` is required, `a?` optional, `*` takes any
 * number of further ones, `**` passes keywords through in `call.keywords`; a name with a leading `_` cannot
 * be given by keyword.
 */
export function nativeFunction(name: string, parameters: string, body: NativeBody): NativeFunction {
  return new NativeFunction(name, new Signature(name, parameters), body);
}

import type { FunctionCode } from '../compiler/code.js';
import { PyObject, type Value } from '../value.js';
import { Tuple } from './tuple.js';

/** `function.func_code`: what a program may learn about a function's parameters. */
export class FunctionCodeObject extends PyObject {
  constructor(readonly code: FunctionCode) {
    super();
  }

  typeName(): string {
    return 'code';
  }

  override getAttribute(name: string): Value | undefined {
    const { names, positional } = this.code.parameters;
    if (name === 'co_name') return this.code.name;
    if (name === 'co_argcount') return positional;
    // Names of local variables are not kept, so only a function of nothing but parameters can tell them all.
    const complete = this.code.slotCount === names.length;
    return name === 'co_varnames' && complete ? new Tuple([...names]) : undefined;
  }

  override attributeNames(): Iterable<string> {
    return ['co_name', 'co_argcount', 'co_varnames'];
  }

  override equals(other: Value): boolean {
    return other instanceof FunctionCodeObject && other.code === this.code;
  }
}

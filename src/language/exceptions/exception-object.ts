import type { Runtime, Value } from '../value.js';
import type { MethodTable } from '../values/method-table.js';
import { NativeObject } from '../values/native-object.js';
import { Tuple } from '../values/tuple.js';
import { exceptionMethods } from './exception-methods.js';
import type { ExceptionType } from './exception-type.js';

/** An exception of the language as a value: what `except E as e` binds. */
export class ExceptionObject extends NativeObject {
  /** Attributes beyond `args`: `errno`, `filename`, and what the program sets. */
  readonly attributes: Map<string, Value> = new Map<string, Value>();

  constructor(
    readonly type: ExceptionType,
    public args: readonly Value[],
  ) {
    super();
  }

  typeName(): string {
    return this.type.name;
  }

  protected methods(): MethodTable<never> {
    return exceptionMethods;
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    if (name === 'args') return new Tuple(this.args);
    if (name === '__class__') return this.type;
    const own = this.attributes.get(name);
    if (own !== undefined) return own;
    if (name === 'message' && !runtime.python3) return this.args.length === 1 ? this.args[0] : '';
    if (name === 'code' && this.type.name === 'SystemExit') return this.args[0] ?? null;
    return super.getAttribute(name, runtime);
  }

  override setAttribute(name: string, value: Value, runtime: Runtime): boolean {
    if (name === 'args') this.args = [...runtime.iterate(value)];
    else this.attributes.set(name, value);
    return true;
  }

  override attributeNames(): Iterable<string> {
    return ['args', 'message', ...this.attributes.keys()];
  }

  override str(runtime: Runtime): string {
    const filename = this.attributes.get('filename');
    const number = this.attributes.get('errno');
    if (number !== undefined) {
      const text = `[Errno ${runtime.str(number)}] ${runtime.str(this.attributes.get('strerror') ?? null)}`;
      return filename === undefined || filename === null ? text : `${text}: ${runtime.repr(filename)}`;
    }
    const [only] = this.args;
    if (only === undefined) return '';
    if (this.args.length > 1) return runtime.repr(new Tuple(this.args));
    return this.type.name === 'KeyError' ? runtime.repr(only) : runtime.str(only);
  }

  override repr(runtime: Runtime): string {
    const texts = this.args.map((arg) => runtime.repr(arg)).join(', ');
    const comma = this.args.length === 1 && !runtime.python3 ? ',' : '';
    return `${this.typeName()}(${texts}${comma})`;
  }
}

import { bytesOf, textOfBytes } from '../text/characters.js';
import { methodTable, type MethodTable } from './method-table.js';
import { listMethods } from '../methods/list-methods.js';
import type { Maybe, Runtime, Value } from '../value.js';
import { toInteger, toText } from './index.js';
import { List } from './list.js';
import { Slice } from './slice.js';

/** `bytearray(...)`: a list of ints from 0 to 255 that shows as text. */
export class ByteArray extends List {
  static of(source: Value | undefined, runtime: Runtime): ByteArray {
    if (source === undefined) return new ByteArray();
    if (typeof source === 'string') {
      runtime.charge(source.length >> 3, 8 * source.length);
      return new ByteArray([...bytesOf(source)]);
    }
    if (typeof source === 'number') {
      runtime.charge(0, 8 * source);
      return new ByteArray(new Array<Value>(Math.max(0, source)).fill(0));
    }
    const bytes: Value[] = [];
    for (const item of runtime.iterate(source)) {
      runtime.charge(1, 8);
      bytes.push(toByte(item, runtime));
    }
    return new ByteArray(bytes);
  }

  override typeName(): string {
    return 'bytearray';
  }

  protected override methods(): MethodTable<never> {
    return byteArrayMethods;
  }

  override repr(runtime: Runtime): string {
    return `bytearray(b${runtime.repr(this.text())})`;
  }

  override str(runtime: Runtime): string {
    return runtime.python3 ? this.repr(runtime) : this.text();
  }

  override equals(other: Value, runtime: Runtime): boolean {
    return typeof other === 'string' ? other === this.text() : super.equals(other, runtime);
  }

  override getItem(index: Value, runtime: Runtime): Maybe<Value> {
    const item = super.getItem(index, runtime);
    return index instanceof Slice && item instanceof List ? new ByteArray(item.items) : item;
  }

  override setItem(index: Value, value: Value, runtime: Runtime): boolean {
    return super.setItem(index, index instanceof Slice ? value : toByte(value, runtime), runtime);
  }

  text(): string {
    return textOfBytes(Uint8Array.from(this.items as number[]));
  }
}

const ownMethods = methodTable<ByteArray>([
  ['decode', 'encoding? errors?', (self) => self.text()],
  ['append', 'item', (self, [item], runtime) => add(self, item as Value, runtime)],
]);

const byteArrayMethods: MethodTable<never> = new Map([...listMethods, ...ownMethods]);

function add(self: ByteArray, item: Value, runtime: Runtime): null {
  runtime.charge(0, 8);
  self.items.push(toByte(item, runtime));
  return null;
}

function toByte(value: Value, runtime: Runtime): number {
  const byte =
    typeof value === 'string' && value.length === 1
      ? toText(value, runtime).charCodeAt(0)
      : toInteger(value, runtime);
  if (byte >= 0 && byte <= 255) return Number(byte);
  return runtime.raise('ValueError', 'byte must be in range(0, 256)');
}

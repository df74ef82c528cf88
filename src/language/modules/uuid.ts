import { createHash } from 'node:crypto';
import type { Evaluator } from '../interpreter.js';
import { normalize } from '../operators/integer.js';
import { bytesOf } from '../text/characters.js';
import { PyObject, type DictKey, type Runtime, type Value } from '../value.js';
import { toText } from '../values/index.js';
import { moduleNames } from './names.js';

/** `uuid`: random ones from the host's randomness, name-based ones as RFC 4122 has them. */
export function uuidModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const random = (): Value => {
    runtime.refuseHermetic('randomness');
    return new Uuid(runtime.options.host.random.uuid().replaceAll('-', ''));
  };
  return moduleNames(
    [
      ['uuid1', '*', random],
      ['uuid4', '', random],
      [
        'uuid3',
        'namespace name',
        ([space, name], inner) => named('md5', 3, space as Value, name as Value, inner),
      ],
      [
        'uuid5',
        'namespace name',
        ([space, name], inner) => named('sha1', 5, space as Value, name as Value, inner),
      ],
      ['UUID', 'hex', ([text], inner) => parse(toText(text as Value, inner), inner)],
    ],
    [
      ['NAMESPACE_DNS', new Uuid('6ba7b8109dad11d180b400c04fd430c8')],
      ['NAMESPACE_URL', new Uuid('6ba7b8119dad11d180b400c04fd430c8')],
      ['NAMESPACE_OID', new Uuid('6ba7b8129dad11d180b400c04fd430c8')],
      ['NAMESPACE_X500', new Uuid('6ba7b8149dad11d180b400c04fd430c8')],
    ],
  );
}

class Uuid extends PyObject {
  /** 32 hexadecimal digits. */
  constructor(readonly hex: string) {
    super();
  }

  typeName(): string {
    return 'UUID';
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case 'hex':
        return this.hex;
      case 'int':
        return normalize(BigInt(`0x${this.hex}`));
      case 'urn':
        return `urn:uuid:${this.str()}`;
      case 'version':
        return Number.parseInt(this.hex.charAt(12), 16);
      default:
        return undefined;
    }
  }

  override attributeNames(): Iterable<string> {
    return ['hex', 'int', 'urn', 'version'];
  }

  override str(): string {
    return this.hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  override repr(): string {
    return `UUID('${this.str()}')`;
  }

  override equals(other: Value): boolean {
    return other instanceof Uuid && other.hex === this.hex;
  }

  override compare(other: Value): number {
    if (!(other instanceof Uuid)) return 1;
    return this.hex < other.hex ? -1 : this.hex === other.hex ? 0 : 1;
  }

  override dictKey(): DictKey {
    return `\0u${this.hex}`;
  }
}

function named(
  algorithm: 'md5' | 'sha1',
  version: number,
  space: Value,
  name: Value,
  runtime: Runtime,
): Value {
  if (!(space instanceof Uuid)) return runtime.raise('TypeError', 'the namespace must be a UUID');
  const hash = createHash(algorithm)
    .update(Buffer.from(space.hex, 'hex'))
    .update(bytesOf(toText(name, runtime)));
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return new Uuid(bytes.toString('hex'));
}

function parse(text: string, runtime: Runtime): Value {
  const hex = text
    .replace(/^urn:uuid:/, '')
    .replace(/[-{}]/g, '')
    .toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(hex)) return runtime.raise('ValueError', 'badly formed hexadecimal UUID string');
  return new Uuid(hex);
}

import { createHash, type Hash } from 'node:crypto';
import { bytesOf, textOfRawBytes } from '../text/characters.js';
import type { Evaluator } from '../interpreter.js';
import type { Runtime, Value } from '../value.js';
import { toText } from '../values/index.js';
import { methodTable, type MethodTable } from '../values/method-table.js';
import { NativeObject } from '../values/native-object.js';
import type { NativeBody } from '../values/native-function.js';
import { moduleNames } from './names.js';

/** Python's names of the algorithms and the engine's, with digest and block sizes in bytes. */
const ALGORITHMS: ReadonlyMap<string, readonly [engine: string, digest: number, block: number]> = new Map([
  ['md5', ['md5', 16, 64]],
  ['sha1', ['sha1', 20, 64]],
  ['sha224', ['sha224', 28, 64]],
  ['sha256', ['sha256', 32, 64]],
  ['sha384', ['sha384', 48, 128]],
  ['sha512', ['sha512', 64, 128]],
  ['sha3_256', ['sha3-256', 32, 136]],
  ['sha3_512', ['sha3-512', 64, 72]],
  ['blake2b', ['blake2b512', 64, 128]],
]);

export function hashlibModule(_runtime: Evaluator): ReadonlyMap<string, Value> {
  return moduleNames([
    ...[...ALGORITHMS.keys()].map((name) => [name, '_data? **', starter(name)] as const),
    ['new', 'name data?', ([name, data], runtime) => start(toText(name as Value, runtime), data, runtime)],
  ]);
}

function starter(name: string): NativeBody {
  return ([data], runtime) => start(name, data, runtime);
}

function start(name: string, data: Value | undefined, runtime: Runtime): HashObject {
  const algorithm = ALGORITHMS.get(name.toLowerCase());
  if (algorithm === undefined) return runtime.raise('ValueError', `unsupported hash type ${name}`);
  const hash = new HashObject(name.toLowerCase(), createHash(algorithm[0]), algorithm[1], algorithm[2]);
  if (data !== undefined) hash.update(toText(data, runtime), runtime);
  return hash;
}

class HashObject extends NativeObject {
  constructor(
    readonly name: string,
    readonly hash: Hash,
    readonly digestSize: number,
    readonly blockSize: number,
  ) {
    super();
  }

  typeName(): string {
    return '_hashlib.HASH';
  }

  protected methods(): MethodTable<never> {
    return hashMethods;
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    if (name === 'name') return this.name;
    if (name === 'digest_size' || name === 'digestsize') return this.digestSize;
    if (name === 'block_size') return this.blockSize;
    return super.getAttribute(name, runtime);
  }

  update(text: string, runtime: Runtime): void {
    runtime.charge(1 + (text.length >> 8), 0);
    this.hash.update(bytesOf(text));
  }
}

const hashMethods = methodTable<HashObject>([
  [
    'update',
    '_data',
    (self, [data], runtime) => {
      self.update(toText(data as Value, runtime), runtime);
      return null;
    },
  ],
  // A copy is digested: the program may go on with `update`.
  ['hexdigest', '', (self) => self.hash.copy().digest('hex')],
  ['digest', '', (self) => textOfRawBytes(self.hash.copy().digest())],
  ['copy', '', (self) => new HashObject(self.name, self.hash.copy(), self.digestSize, self.blockSize)],
]);

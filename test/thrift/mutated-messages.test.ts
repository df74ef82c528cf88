import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { below, seededRandom, type Random } from '../../src/base/random.js';
import { decodeCall, encodeCall } from '../../src/thrift/api.js';
import { ThriftError } from '../../src/thrift/thrift-error.js';

const recorded = JSON.parse(
  readFileSync(new URL('../testdata/thrift/recorded-calls.json', import.meta.url), 'utf8'),
) as ReadonlyArray<{ readonly requestHex: string }>;
const messages = recorded.map((call) => Buffer.from(call.requestHex, 'hex'));

/** Either a call that can be written again, or a refusal; anything else (a hang, a crash) fails the test. */
function readOrRefuse(protocol: 'binary' | 'json', bytes: Uint8Array): 'read' | 'refused' {
  try {
    const call = decodeCall(protocol, bytes, { elements: 100_000 });
    encodeCall(protocol, call.method, call.args, call.sequenceId);
    return 'read';
  } catch (error) {
    if (!(error instanceof ThriftError)) throw error;
    return 'refused';
  }
}

describe('a damaged message', () => {
  test.each(['binary', 'json'] as const)('is read or refused, never worse: %s', (protocol) => {
    const random = seededRandom(20_240_607);
    const originals =
      protocol === 'binary'
        ? messages
        : messages.map((bytes) => {
            const call = decodeCall('binary', bytes);
            return encodeCall('json', call.method, call.args);
          });
    const outcomes = { read: 0, refused: 0 };
    for (let round = 0; round < 20_000; round++) {
      const original = originals[below(random, originals.length)] as Buffer;
      outcomes[readOrRefuse(protocol, mutate(random, original))]++;
    }
    expect(outcomes.read).toBeGreaterThan(100);
    expect(outcomes.refused).toBeGreaterThan(1000);
  });

  test('is refused at every cut', () => {
    for (const original of messages) {
      const outcomes = new Set<string>();
      for (let end = 0; end < original.length; end++)
        outcomes.add(readOrRefuse('binary', original.subarray(0, end)));
      expect([...outcomes]).toEqual(['refused']);
    }
  });
});

function mutate(random: Random, original: Buffer): Buffer {
  const bytes = Buffer.from(original);
  for (let left = 1 + below(random, 4); left > 0; left--) {
    const at = below(random, bytes.length);
    const kind = below(random, 4);
    if (kind === 0) bytes[at] = below(random, 256);
    else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8));
    else if (kind === 2) bytes.copyWithin(at, below(random, bytes.length), below(random, bytes.length));
    else bytes.writeUInt32BE(below(random, 2 ** 32), Math.min(at, bytes.length - 4));
  }
  return below(random, 8) === 0 ? bytes.subarray(0, below(random, bytes.length)) : bytes;
}

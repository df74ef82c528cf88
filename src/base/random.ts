import { randomBytes, randomUUID } from 'node:crypto';

/** Randomness, injected: a seed makes a whole simulated cluster repeatable. */
export interface Random {
  /** A float in [0, 1). */
  next(): number;
  /** A version 4 UUID in lower case. */
  uuid(): string;
}

export const systemRandom: Random = {
  next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  uuid: () => randomUUID(),
};

/** An integer in [0, bound). */
export function below(random: Random, bound: number): number {
  return Math.floor(random.next() * bound);
}

/** Shuffles in place (Fisher-Yates) and returns the same array. */
export function shuffle<T>(random: Random, items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = below(random, i + 1);
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}

/** sfc32, seeded by splitmix32: 128 bits of state, passes PractRand, four operations a number. */
export function seededRandom(seed: number): Random {
  let mix = seed >>> 0;
  const word = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let a = word();
  let b = word();
  let c = word();
  let counter = 1;
  const next32 = (): number => {
    const result = (((a + b) >>> 0) + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + result) >>> 0;
    return result;
  };
  for (let i = 0; i < 12; i++) next32();
  return {
    next: () => next32() / 2 ** 32,
    uuid: () => formatUuid(next32(), next32(), next32(), next32()),
  };
}

/** Four random words; the version and the variant take six of their bits. */
function formatUuid(a: number, b: number, c: number, d: number): string {
  const version = ((b & 0xffff_0fff) | 0x4000) >>> 0;
  const variant = ((c & 0x3fff_ffff) | 0x8000_0000) >>> 0;
  return `${hex(a >>> 16)}${hex(a)}-${hex(version >>> 16)}-${hex(version)}-${hex(variant >>> 16)}-${hex(variant)}${hex(d >>> 16)}${hex(d)}`;
}

/** The lower 16 bits as four digits. */
function hex(word: number): string {
  return `${HEX[(word >>> 8) & 0xff] ?? ''}${HEX[word & 0xff] ?? ''}`;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

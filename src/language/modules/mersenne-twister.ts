/**
 * MT19937 as CPython seeds and reads it (Matsumoto and Nishimura, 1998): what `random.seed` starts. Equal seeds give
 * CPython's numbers.
 */
export class MersenneTwister {
  readonly #state = new Uint32Array(SIZE);
  #index = SIZE;

  /** `seed` is not negative. */
  constructor(seed: bigint) {
    const key: number[] = [];
    for (let rest = seed; rest > 0n; rest >>= 32n) key.push(Number(rest & 0xffffffffn));
    this.#start(key.length === 0 ? [0] : key);
  }

  /** 32 random bits. */
  next32(): number {
    if (this.#index >= SIZE) this.#twist();
    let word = this.#state[this.#index++] as number;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  /** A float in [0, 1) of 53 bits. */
  next(): number {
    const [high, low] = [this.next32() >>> 5, this.next32() >>> 6];
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  }

  #start(key: readonly number[]): void {
    const state = this.#state;
    state[0] = 19_650_218;
    for (let i = 1; i < SIZE; i++) {
      const before = state[i - 1] as number;
      state[i] = Math.imul(1_812_433_253, before ^ (before >>> 30)) + i;
    }
    let i = 1;
    for (let k = Math.max(SIZE, key.length), j = 0; k > 0; k--) {
      state[i] = ((state[i] as number) ^ Math.imul(this.#mixed(i), 1_664_525)) + (key[j] as number) + j;
      i = this.#following(i);
      j = (j + 1) % key.length;
    }
    for (let k = SIZE - 1; k > 0; k--) {
      state[i] = ((state[i] as number) ^ Math.imul(this.#mixed(i), 1_566_083_941)) - i;
      i = this.#following(i);
    }
    state[0] = 0x80000000;
  }

  #mixed(i: number): number {
    const before = this.#state[i - 1] as number;
    return before ^ (before >>> 30);
  }

  #following(i: number): number {
    if (i + 1 < SIZE) return i + 1;
    this.#state[0] = this.#state[SIZE - 1] as number;
    return 1;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < SIZE; i++) {
      const bits = ((state[i] as number) & 0x80000000) | ((state[(i + 1) % SIZE] as number) & 0x7fffffff);
      const odd = bits & 1 ? 0x9908b0df : 0;
      state[i] = (state[(i + MIDDLE) % SIZE] as number) ^ (bits >>> 1) ^ odd;
    }
    this.#index = 0;
  }
}

const SIZE = 624;
const MIDDLE = 397;

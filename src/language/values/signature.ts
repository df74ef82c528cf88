import { nearest } from '../../base/nearest.js';
import type { Keywords, Runtime, Value } from '../value.js';

/** The parameters of a native function: checks a call's arguments and puts keywords in their places. */
export class Signature {
  readonly #names: string[] = [];
  readonly #minimum: number;
  readonly #maximum: number;
  readonly #anyKeywords: boolean;

  constructor(
    readonly name: string,
    parameters: string,
  ) {
    let minimum = 0;
    let maximum = 0;
    let anyKeywords = false;
    for (const word of parameters.split(' ').filter((part) => part !== '')) {
      if (word === '**') anyKeywords = true;
      else if (word === '*') maximum = Infinity;
      else {
        const optional = word.endsWith('?');
        this.#names.push(optional ? word.slice(0, -1) : word);
        maximum += 1;
        if (!optional) minimum += 1;
      }
    }
    this.#minimum = minimum;
    this.#maximum = maximum;
    this.#anyKeywords = anyKeywords;
  }

  /** One value a parameter, then the further ones; shorter when trailing optional ones were not given. */
  bind(args: readonly Value[], keywords: Keywords, runtime: Runtime): readonly Value[] {
    if (keywords.size === 0 || this.#anyKeywords) {
      if (args.length < this.#minimum || args.length > this.#maximum) this.#refuseCount(args.length, runtime);
      return args;
    }
    return this.#bindKeywords(args, keywords, runtime);
  }

  #bindKeywords(args: readonly Value[], keywords: Keywords, runtime: Runtime): readonly Value[] {
    if (args.length > this.#maximum) this.#refuseCount(args.length, runtime);
    const bound: (Value | undefined)[] = [...args];
    for (const [key, value] of keywords) {
      const index = key.startsWith('_') ? -1 : this.#names.indexOf(key);
      if (index < 0) this.#refuseKeyword(key, runtime);
      if (bound[index] !== undefined) {
        runtime.raise('TypeError', `${this.name}() got multiple values for keyword argument '${key}'`);
      }
      bound[index] = value;
    }
    for (let index = 0; index < this.#minimum; index++) {
      if (bound[index] === undefined) {
        runtime.raise(
          'TypeError',
          `Required argument '${this.#names[index] ?? ''}' (pos ${index + 1}) not found`,
        );
      }
    }
    return bound as Value[];
  }

  #refuseKeyword(key: string, runtime: Runtime): never {
    const names = this.#names.filter((name) => !name.startsWith('_'));
    if (names.length === 0) return runtime.raise('TypeError', `${this.name}() takes no keyword arguments`);
    const meant = nearest(key, names);
    return runtime.raise('TypeError', `'${key}' is an invalid keyword argument for ${this.name}()`, {
      suggestion: meant === undefined ? undefined : `Did you mean "${meant}"?`,
    });
  }

  #refuseCount(given: number, runtime: Runtime): never {
    return runtime.raise('TypeError', arityMessage(this.name, this.#minimum, this.#maximum, given));
  }
}

/** CPython 2.7's words for a wrong number of arguments. */
export function arityMessage(name: string, minimum: number, maximum: number, given: number): string {
  if (maximum === 0) return `${name}() takes no arguments (${given} given)`;
  const wanted = given < minimum ? minimum : maximum;
  const bound = minimum === maximum ? 'exactly' : given < minimum ? 'at least' : 'at most';
  const count = minimum === maximum && wanted === 1 ? 'one' : String(wanted);
  return `${name}() takes ${bound} ${count} argument${wanted === 1 ? '' : 's'} (${given} given)`;
}

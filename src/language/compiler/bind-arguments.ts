import { nearest } from '../../base/nearest.js';
import type { Keywords, Runtime, Value } from '../value.js';
import { Dict } from '../values/dict.js';
import type { PyFunction } from '../values/function.js';
import { EMPTY_TUPLE, Tuple } from '../values/tuple.js';
import { refuseCount, signatureText } from './wrong-arguments.js';

/** Puts the arguments of a call into the slots of a new frame, as Python does. */
export function bindArguments(
  callee: PyFunction,
  args: readonly Value[],
  keywords: Keywords,
  runtime: Runtime,
): (Value | undefined)[] {
  const { code, defaults } = callee;
  const { names, positional, varArgs, varKeywords } = code.parameters;
  const slots: (Value | undefined)[] = new Array<Value | undefined>(code.slotCount);
  const direct = Math.min(args.length, positional);
  for (let i = 0; i < direct; i++) slots[i] = args[i];
  if (args.length > positional && varArgs < 0) refuseCount(callee, args.length, keywords.size, runtime);
  const extra = keywords.size === 0 ? undefined : bindKeywords(callee, slots, keywords, runtime);
  for (let i = 0; i < names.length; i++) {
    if (slots[i] !== undefined) continue;
    const value = defaults[i];
    if (value !== undefined) slots[i] = value;
    else if (i < positional)
      refuseCount(callee, args.length, namedCount(slots, args.length, positional), runtime);
    else {
      runtime.raise(
        'TypeError',
        `${code.name}() missing 1 required keyword-only argument: '${names[i] ?? ''}'`,
        { notes: [`the function is ${signatureText(callee)}`], code: 'wrong-arguments' },
      );
    }
  }
  if (varArgs >= 0)
    slots[varArgs] = args.length > positional ? new Tuple(args.slice(positional)) : EMPTY_TUPLE;
  if (varKeywords >= 0) slots[varKeywords] = extra ?? new Dict();
  return slots;
}

/** Python 2 counts the parameters given by keyword among those given. */
function namedCount(slots: readonly (Value | undefined)[], given: number, positional: number): number {
  return slots.slice(given, positional).filter((value) => value !== undefined).length;
}

/** The keywords that no parameter takes, when there is a `**kwargs`. */
function bindKeywords(
  callee: PyFunction,
  slots: (Value | undefined)[],
  keywords: Keywords,
  runtime: Runtime,
): Dict | undefined {
  const { name, parameters } = callee.code;
  const { names, positionalOnly, varKeywords } = parameters;
  const extra = varKeywords >= 0 ? new Dict() : undefined;
  for (const [key, value] of keywords) {
    const index = names.indexOf(key, positionalOnly);
    if (index >= 0) {
      if (slots[index] !== undefined) {
        const what = runtime.python3 ? 'argument' : 'keyword argument';
        runtime.raise('TypeError', `${name}() got multiple values for ${what} '${key}'`, {
          span: runtime.site().keywordSpan(key),
          code: 'wrong-arguments',
        });
      }
      slots[index] = value;
    } else if (extra) extra.set(key, value, runtime);
    else {
      const meant = nearest(key, names);
      runtime.raise('TypeError', `${name}() got an unexpected keyword argument '${key}'`, {
        span: runtime.site().keywordSpan(key),
        notes: [`the function is ${signatureText(callee)}`],
        suggestion: meant === undefined ? undefined : `Did you mean "${meant}"?`,
        code: 'wrong-arguments',
      });
    }
  }
  return extra;
}

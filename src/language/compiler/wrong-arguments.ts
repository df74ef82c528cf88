import type { Runtime } from '../value.js';
import type { PyFunction } from '../values/function.js';
import { arityMessage } from '../values/signature.js';

/** The number of positional arguments is wrong. */
export function refuseCount(callee: PyFunction, given: number, named: number, runtime: Runtime): never {
  const { parameters, name } = callee.code;
  const required = callee.defaults
    .slice(0, parameters.positional)
    .filter((value) => value === undefined).length;
  const maximum = parameters.varArgs >= 0 ? Infinity : parameters.positional;
  const notes = [`the function is ${signatureText(callee)}`];
  if (!runtime.python3) {
    const count = given + named;
    const text = arityMessage(name, required, maximum, count).replace(
      'exactly one argument',
      'exactly 1 argument',
    );
    return runtime.raise('TypeError', text, { notes, code: 'wrong-arguments' });
  }
  if (given > maximum) {
    const takes = required === maximum ? String(maximum) : `from ${required} to ${maximum}`;
    return runtime.raise(
      'TypeError',
      `${name}() takes ${takes} positional argument${maximum === 1 ? '' : 's'} but ${given} ${given === 1 ? 'was' : 'were'} given`,
      { notes, code: 'wrong-arguments' },
    );
  }
  const missing = parameters.names
    .slice(given, parameters.positional)
    .filter((_, i) => callee.defaults[given + i] === undefined)
    .map((missingName) => `'${missingName}'`);
  const list =
    missing.length > 1 ? `${missing.slice(0, -1).join(', ')} and ${missing.at(-1) ?? ''}` : missing.join('');
  return runtime.raise(
    'TypeError',
    `${name}() missing ${missing.length} required positional argument${missing.length === 1 ? '' : 's'}: ${list}`,
    { notes, code: 'wrong-arguments' },
  );
}

/** `make(name, size=...)` */
export function signatureText(callee: PyFunction): string {
  const { names, positional, varArgs, varKeywords } = callee.code.parameters;
  const shown = names.map((name, i) => (callee.defaults[i] === undefined ? name : `${name}=...`));
  const parts = shown.slice(0, positional);
  if (varArgs >= 0) parts.push('*args');
  else if (names.length > positional) parts.push('*');
  parts.push(...shown.slice(positional));
  if (varKeywords >= 0) parts.push('**kwargs');
  return `${callee.code.name}(${parts.join(', ')})`;
}

import type { Evaluator } from '../interpreter.js';
import type { Keywords, Value } from '../value.js';
import { formatValue } from './format-value.js';

/** What a field of `'{0.name[key]!r:>10}'` is looked up in. */
export interface FormatArguments {
  readonly args: readonly Value[];
  readonly keywords: Keywords;
  /** `str.format_map(mapping)` */
  readonly mapping?: Value;
}

/** `text.format(*args, **keywords)` */
export function formatText(text: string, source: FormatArguments, runtime: Evaluator): string {
  const state = { automatic: 0, numbering: undefined as 'automatic' | 'manual' | undefined };
  const result = expand(text, source, state, 2, runtime);
  runtime.charge(1, result.length);
  return result;
}

interface Numbering {
  automatic: number;
  numbering: 'automatic' | 'manual' | undefined;
}

function expand(
  text: string,
  source: FormatArguments,
  state: Numbering,
  levels: number,
  runtime: Evaluator,
): string {
  if (levels < 0) return runtime.raise('ValueError', 'Max string recursion exceeded');
  let result = '';
  for (let at = 0; at < text.length;) {
    const brace = nextBrace(text, at);
    result += text.slice(at, brace);
    if (brace === text.length) break;
    const character = text[brace];
    if (text[brace + 1] === character) {
      result += character ?? '';
      at = brace + 2;
      continue;
    }
    if (character === '}')
      return runtime.raise('ValueError', "Single '}' encountered in format string", LITERAL_BRACE);
    const end = fieldEnd(text, brace + 1, runtime);
    result += field(text.slice(brace + 1, end), source, state, levels, runtime);
    at = end + 1;
  }
  return result;
}

const LITERAL_BRACE = {
  suggestion: 'Write a brace of its own twice in the text of .format(): "{{" and "}}".',
};

function nextBrace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '{' && text[at] !== '}') at++;
  return at;
}

function fieldEnd(text: string, from: number, runtime: Evaluator): number {
  let level = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') level++;
    else if (text[at] === '}' && --level === 0) return at;
  }
  return runtime.raise('ValueError', "Single '{' encountered in format string", LITERAL_BRACE);
}

function field(
  content: string,
  source: FormatArguments,
  state: Numbering,
  levels: number,
  runtime: Evaluator,
): string {
  const [, name = '', conversion, spec = ''] =
    /^([^!:]*(?:\[[^\]]*\])?[^!:]*)(?:!([^:]*))?(?::(.*))?$/su.exec(content) ?? [];
  const value = resolve(name, source, state, runtime);
  const format =
    spec.includes('{') || spec.includes('}') ? expand(spec, source, state, levels - 1, runtime) : spec;
  switch (conversion) {
    case undefined:
      return formatValue(value, format, runtime);
    case 'r':
    case 'a':
      return formatValue(runtime.repr(value), format, runtime);
    case 's':
      return formatValue(runtime.str(value), format, runtime);
    default:
      return runtime.raise(
        'ValueError',
        conversion === ''
          ? 'end of format while looking for conversion specifier'
          : `Unknown conversion specifier ${conversion}`,
        LITERAL_BRACE,
      );
  }
}

/** `0.name[key]`: attributes through the same tables as everywhere. */
function resolve(name: string, source: FormatArguments, state: Numbering, runtime: Evaluator): Value {
  const [, first = '', rest = ''] = /^([^.[]*)(.*)$/su.exec(name) ?? [];
  let value = base(first, source, state, runtime);
  const part = /\.([^.[]+)|\[([^\]]*)\]|(.)/gsu;
  for (const [, attribute, index, wrong] of rest.matchAll(part)) {
    if (attribute !== undefined) value = runtime.getAttribute(value, attribute);
    else if (index !== undefined && index !== '')
      value = runtime.getItem(value, /^\d+$/.test(index) ? Number(index) : index);
    else {
      return runtime.raise(
        'ValueError',
        wrong === undefined
          ? 'Empty attribute in format string'
          : "Only '.' or '[' may follow ']' in format field specifier",
      );
    }
  }
  return value;
}

function base(name: string, source: FormatArguments, state: Numbering, runtime: Evaluator): Value {
  if (name === '' || /^\d+$/.test(name)) {
    const index = name === '' ? state.automatic++ : Number(name);
    const numbering = name === '' ? 'automatic' : 'manual';
    if (state.numbering !== undefined && state.numbering !== numbering) {
      return runtime.raise(
        'ValueError',
        numbering === 'manual'
          ? 'cannot switch from automatic field numbering to manual field specification'
          : 'cannot switch from manual field specification to automatic field numbering',
      );
    }
    state.numbering = numbering;
    const value = source.args[index];
    if (value !== undefined) return value;
    return runtime.raise(
      'IndexError',
      runtime.python3
        ? `Replacement index ${index} out of range for positional args tuple`
        : 'tuple index out of range',
      { notes: [`the text has field ${index}, ${source.args.length} values are given`, ...braceNote(name)] },
    );
  }
  if (source.mapping !== undefined) return runtime.getItem(source.mapping, name);
  const value = source.keywords.get(name);
  if (value !== undefined) return value;
  return runtime.raiseException('KeyError', [name], {
    code: 'unknown-format-field',
    notes: [
      `the text of .format() has a field {${name}}, and no argument of that name is given`,
      ...braceNote(name),
    ],
    suggestion: runtime.nearest(name, source.keywords.keys()) ?? LITERAL_BRACE.suggestion,
  });
}

function braceNote(name: string): string[] {
  return name === '' ? [] : [`a field that is meant as text is written {{${name}}}`];
}

import { makeTranslation } from '../builtins/scalar-types.js';
import type { Evaluator } from '../interpreter.js';
import { chargeCharacters } from '../text/characters.js';
import { formatText } from '../text/str-format.js';
import { NO_KEYWORDS, type Keywords, type Runtime, type Value } from '../value.js';
import { BuiltinType } from '../values/builtin-type.js';
import { Dict } from '../values/dict.js';
import { toCount, toText } from '../values/index.js';
import { List } from '../values/list.js';
import { methodTable, type MethodTable } from '../values/method-table.js';
import { NativeObject } from '../values/native-object.js';
import { moduleNames } from './names.js';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** `string` */
export function stringModule(_runtime: Evaluator): ReadonlyMap<string, Value> {
  const upper = LOWER.toUpperCase();
  return moduleNames(
    [
      [
        'join',
        'words sep?',
        ([words, sep = ' '], runtime) =>
          runtime.call(runtime.getAttribute(sep, 'join'), [words as Value], NO_KEYWORDS, runtime.site()),
      ],
      [
        'split',
        's sep? maxsplit?',
        ([text, ...rest], runtime) =>
          runtime.call(runtime.getAttribute(text as Value, 'split'), rest, NO_KEYWORDS, runtime.site()),
      ],
      [
        'replace',
        's old new',
        ([text, from, to], runtime) =>
          toText(text as Value, runtime).replaceAll(toText(from as Value, runtime), () =>
            toText(to as Value, runtime),
          ),
      ],
      ['upper', 's', ([text], runtime) => toText(text as Value, runtime).toUpperCase()],
      ['lower', 's', ([text], runtime) => toText(text as Value, runtime).toLowerCase()],
      ['strip', 's', ([text], runtime) => toText(text as Value, runtime).trim()],
      [
        'capwords',
        's sep?',
        ([text, sep = null], runtime) => {
          const given = chargeCharacters(toText(text as Value, runtime), runtime);
          return capitalWords(given, sep === null ? undefined : toText(sep, runtime));
        },
      ],
      [
        'maketrans',
        'frm to',
        ([from, to], runtime) => makeTranslation([from as Value, to as Value], runtime),
      ],
    ],
    [
      ['ascii_lowercase', LOWER],
      ['ascii_uppercase', upper],
      ['ascii_letters', LOWER + upper],
      ['lowercase', LOWER],
      ['uppercase', upper],
      ['letters', LOWER + upper],
      ['digits', DIGITS],
      ['hexdigits', `${DIGITS}abcdefABCDEF`],
      ['octdigits', '01234567'],
      ['punctuation', PUNCTUATION],
      ['whitespace', ' \t\n\r\x0b\x0c'],
      ['printable', `${DIGITS}${LOWER}${upper}${PUNCTUATION} \t\n\r\x0b\x0c`],
      ['Template', templateType],
      ['Formatter', formatterType],
    ],
  );
}

function capitalWords(text: string, separator: string | undefined): string {
  const words = separator ? text.split(separator) : text.split(/\s+/).filter((word) => word !== '');
  return words
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join(separator ?? ' ');
}

/** `string.Template('$name')` */
class Template extends NativeObject {
  constructor(readonly template: string) {
    super();
  }

  typeName(): string {
    return 'Template';
  }

  protected methods(): MethodTable<never> {
    return templateMethods;
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    return name === 'template' ? this.template : super.getAttribute(name, runtime);
  }

  substitute(mapping: Value | undefined, keywords: Keywords, safe: boolean, runtime: Runtime): string {
    const text = this.template.replace(
      /\$(?:(\$)|([_a-zA-Z]\w*)|\{([_a-zA-Z]\w*)\}|())/g,
      (whole, escaped: string | undefined, plain: string | undefined, braced: string | undefined) => {
        if (escaped !== undefined) return '$';
        const name = plain ?? braced;
        if (name === undefined)
          return safe ? whole : runtime.raise('ValueError', 'Invalid placeholder in string');
        const value =
          keywords.get(name) ?? (mapping instanceof Dict ? mapping.get(name, runtime) : undefined);
        if (value === undefined && !safe) return runtime.raiseException('KeyError', [name]);
        const shown = value === undefined ? whole : runtime.str(value);
        runtime.charge(1, shown.length);
        return shown;
      },
    );
    return text;
  }
}

const templateMethods = methodTable<Template>([
  [
    'substitute',
    '_mapping? **',
    (self, [mapping], runtime, { keywords }) => self.substitute(mapping, keywords, false, runtime),
  ],
  [
    'safe_substitute',
    '_mapping? **',
    (self, [mapping], runtime, { keywords }) => self.substitute(mapping, keywords, true, runtime),
  ],
]);

const templateType = new BuiltinType('Template', {
  parameters: '_template',
  construct: ([text], runtime) => new Template(toText(text as Value, runtime)),
  is: (value) => value instanceof Template,
});

class Formatter extends NativeObject {
  typeName(): string {
    return 'Formatter';
  }

  protected methods(): MethodTable<never> {
    return formatterMethods;
  }
}

const formatterMethods = methodTable<Formatter>([
  [
    'format',
    '_text * **',
    (_self, [text, ...args], runtime, { keywords }) =>
      formatText(toText(text as Value, runtime), { args, keywords }, runtime as Evaluator),
  ],
]);

const formatterType = new BuiltinType('Formatter', {
  parameters: '',
  construct: () => new Formatter(),
  is: (value) => value instanceof Formatter,
});

/** `textwrap` */
export function textwrapModule(_runtime: Evaluator): ReadonlyMap<string, Value> {
  return moduleNames([
    [
      'dedent',
      'text',
      ([text], runtime) => dedent(chargeCharacters(toText(text as Value, runtime), runtime)),
    ],
    [
      'indent',
      'text prefix',
      ([text, prefix], runtime) =>
        indent(chargeCharacters(toText(text as Value, runtime), runtime), toText(prefix as Value, runtime)),
    ],
    [
      'wrap',
      'text width? **',
      ([text, width], runtime, { keywords }) => new List(wrap(text, width ?? keywords.get('width'), runtime)),
    ],
    [
      'fill',
      'text width? **',
      ([text, width], runtime, { keywords }) =>
        wrap(text, width ?? keywords.get('width'), runtime).join('\n'),
    ],
  ]);
}

/** Takes the white space away that all lines begin with; lines of nothing but white space become empty. */
export function dedent(text: string): string {
  const lines = text.replace(/^[ \t]+$/gm, '').split('\n');
  let margin: string | undefined;
  for (const line of lines) {
    if (line === '') continue;
    const own = /^[ \t]*/.exec(line)?.[0] ?? '';
    margin = margin === undefined ? own : sharedStart(margin, own);
  }
  const width = margin?.length ?? 0;
  return lines.map((line) => line.slice(width)).join('\n');
}

function sharedStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}

function indent(text: string, prefix: string): string {
  return text.replace(/^(?=.*\S)/gm, () => prefix);
}

function wrap(text: Value | undefined, widthValue: Value | undefined, runtime: Runtime): string[] {
  const width = widthValue === undefined ? 70 : toCount(widthValue, runtime);
  if (width <= 0) runtime.raise('ValueError', `invalid width ${width} (must be > 0)`);
  const words = chargeCharacters(toText(text as Value, runtime), runtime)
    .split(/\s+/)
    .filter((word) => word !== '');
  runtime.charge(words.length, 0);
  const lines: string[] = [];
  let line = '';
  for (let word of words) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    while (word.length > width) {
      lines.push(word.slice(0, width));
      word = word.slice(width);
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}

import type { Evaluator } from '../interpreter.js';
import type { Keywords, Runtime, Value } from '../value.js';
import { toText } from '../values/index.js';
import { FileObject } from '../values/file.js';
import { NO_KEYWORDS } from '../value.js';
import { readJson } from './json-read.js';
import { writeJson, type JsonStyle } from './json-write.js';
import { moduleNames, refusedFunction } from './names.js';

/** `json`: the text forms are CPython's, key order is that of the dict. */
export function jsonModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const names = moduleNames(
    [
      [
        'dumps',
        'obj skipkeys? ensure_ascii? check_circular? allow_nan? cls? indent? separators? encoding? default? sort_keys? **',
        dumps,
      ],
      [
        'loads',
        's **',
        ([text], inner, { keywords }) => loads(toText(text as Value, inner), keywords, inner),
      ],
      [
        'load',
        'fp **',
        ([file], inner, { keywords }) => {
          const text =
            file instanceof FileObject
              ? file.text.slice(file.position)
              : inner.call(inner.getAttribute(file as Value, 'read'), [], NO_KEYWORDS, inner.site());
          return loads(toText(text, inner), keywords, inner);
        },
      ],
    ],
    [
      ['dump', refusedFunction('dump', 'it may not write files', 'json.dumps gives the text.')],
      ['JSONDecodeError', runtime.exceptions.get('ValueError')],
    ],
  );
  return names;
}

function loads(text: string, keywords: Keywords, runtime: Runtime): Value {
  const hook = keywords.get('object_pairs_hook') ?? null;
  const objectHook = keywords.get('object_hook') ?? null;
  return readJson(text, { pairs: hook, object: objectHook }, runtime);
}

/** Positional parameters after the first are hardly ever used; keywords name them. */
const PARAMETERS = [
  'obj',
  'skipkeys',
  'ensure_ascii',
  'check_circular',
  'allow_nan',
  'cls',
  'indent',
  'separators',
  'encoding',
  'default',
  'sort_keys',
];

function dumps(args: readonly Value[], runtime: Runtime, { keywords }: { keywords: Keywords }): Value {
  for (const key of keywords.keys()) {
    if (!PARAMETERS.includes(key))
      runtime.raise('TypeError', `dumps() got an unexpected keyword argument '${key}'`);
  }
  const option = (name: string): Value => keywords.get(name) ?? args[PARAMETERS.indexOf(name)] ?? null;
  const given = (name: string): boolean => keywords.has(name) || args[PARAMETERS.indexOf(name)] !== undefined;
  const text = writeJson(option('obj'), styleOf(option, given, runtime), runtime);
  runtime.charge(1, text.length);
  return text;
}

function styleOf(
  option: (name: string) => Value,
  given: (name: string) => boolean,
  runtime: Runtime,
): JsonStyle {
  const indent = option('indent');
  const separators = option('separators');
  const isIndented = indent !== null;
  // Python 2 leaves a space before the line end after each comma.
  const [item, key] =
    separators === null
      ? [isIndented && runtime.python3 ? ',' : ', ', ': ']
      : [...runtime.iterate(separators)].map((part) => toText(part, runtime));
  return {
    indent:
      typeof indent === 'number'
        ? ' '.repeat(Math.min(Math.max(0, indent), 100))
        : typeof indent === 'string'
          ? indent
          : undefined,
    itemSeparator: item ?? ', ',
    keySeparator: key ?? ': ',
    ascii: !given('ensure_ascii') || runtime.truthy(option('ensure_ascii')),
    sortKeys: runtime.truthy(option('sort_keys')),
    skipKeys: runtime.truthy(option('skipkeys')),
    allowNan: !given('allow_nan') || runtime.truthy(option('allow_nan')),
    fallback: option('default'),
  };
}

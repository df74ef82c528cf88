import type { Keywords, Runtime, Value } from '../language/value.js';
import { Dict } from '../language/values/dict.js';
import { nativeFunction, type NativeBody } from '../language/values/native-function.js';
import { NamespaceObject } from './namespace-object.js';

/**
 * `java_options` and `python_options`: words of a command line, in the order of the arguments, then of the
 * keywords. An option is a text, or a dict whose values follow their key unless they are false. Nothing is
 * quoted.
 */
export function optionNames(): Map<string, Value> {
  const java: NativeBody = (args, runtime, { keywords }) => render('-', '-', args, keywords, runtime);
  const python: NativeBody = (args, runtime, { keywords }) => render('-', '--', args, keywords, runtime);
  const renderOptions: NativeBody = ([short, long, ...rest], runtime, { keywords }) =>
    render(runtime.str(short ?? ''), runtime.str(long ?? ''), rest, keywords, runtime);
  const renderOption: NativeBody = ([short, long, option, value], runtime) =>
    renderOne(
      runtime.str(short ?? ''),
      runtime.str(long ?? ''),
      runtime.str(option ?? ''),
      value ?? null,
      runtime,
    );
  return new Map<string, Value>([
    ['java_options', nativeFunction('java_options', '* **', java)],
    ['python_options', nativeFunction('python_options', '* **', python)],
    [
      'Options',
      new NamespaceObject(
        'Options',
        new Map<string, Value>([
          ['java', nativeFunction('java', '* **', java)],
          ['python', nativeFunction('python', '* **', python)],
          [
            'render_options',
            nativeFunction('render_options', 'short_prefix long_prefix * **', renderOptions),
          ],
          [
            'render_option',
            nativeFunction('render_option', 'short_prefix long_prefix option value?', renderOption),
          ],
        ]),
      ),
    ],
  ]);
}

function render(
  short: string,
  long: string,
  args: readonly Value[],
  keywords: Keywords,
  runtime: Runtime,
): string {
  const words: string[] = [];
  for (const argument of args) {
    if (typeof argument === 'string') words.push(renderOne(short, long, argument, null, runtime));
    else if (argument instanceof Dict) {
      for (const { key, value } of argument.entries.values()) {
        words.push(renderOne(short, long, runtime.str(key), value, runtime));
      }
    } else {
      runtime.raise('ValueError', `Got an unexpected argument to render_options: ${runtime.repr(argument)}`, {
        notes: ['options are texts, dicts or keyword arguments'],
      });
    }
  }
  for (const [key, value] of keywords) words.push(renderOne(short, long, key, value, runtime));
  return words.join(' ');
}

/** A name of one character takes the short prefix. */
function renderOne(short: string, long: string, option: string, value: Value, runtime: Runtime): string {
  const word = (option.length === 1 ? short : long) + option;
  return runtime.truthy(value) ? `${word} ${runtime.str(value)}` : word;
}

import { bytesOf, textOfBytes } from '../text/characters.js';
import type { Evaluator } from '../interpreter.js';
import type { Runtime, Value } from '../value.js';
import { toText } from '../values/index.js';
import { moduleNames } from './names.js';

/** `base64`: text in, text out. */
export function base64Module(_runtime: Evaluator): ReadonlyMap<string, Value> {
  return moduleNames([
    ['b64encode', 's altchars?', ([data], runtime) => encode(data, 'base64', runtime)],
    ['standard_b64encode', 's', ([data], runtime) => encode(data, 'base64', runtime)],
    [
      'urlsafe_b64encode',
      's',
      ([data], runtime) => encode(data, 'base64', runtime).replaceAll('+', '-').replaceAll('/', '_'),
    ],
    ['encodestring', 's', ([data], runtime) => lines(encode(data, 'base64', runtime))],
    ['encodebytes', 's', ([data], runtime) => lines(encode(data, 'base64', runtime))],
    ['b16encode', 's', ([data], runtime) => encode(data, 'hex', runtime).toUpperCase()],
    ['b64decode', 's altchars? validate?', ([text], runtime) => decode(text, runtime)],
    ['standard_b64decode', 's', ([text], runtime) => decode(text, runtime)],
    [
      'urlsafe_b64decode',
      's',
      ([text], runtime) =>
        decode(
          toText(text as Value, runtime)
            .replaceAll('-', '+')
            .replaceAll('_', '/'),
          runtime,
        ),
    ],
    ['decodestring', 's', ([text], runtime) => decode(text, runtime)],
    ['decodebytes', 's', ([text], runtime) => decode(text, runtime)],
    ['b16decode', 's casefold?', ([text], runtime) => decodeHex(toText(text as Value, runtime), runtime)],
  ]);
}

function encode(data: Value | undefined, encoding: 'base64' | 'hex', runtime: Runtime): string {
  const text = toText(data as Value, runtime);
  runtime.charge(1, 2 * text.length);
  return Buffer.from(bytesOf(text)).toString(encoding);
}

function lines(text: string): string {
  return text.replace(/.{1,76}/g, '$&\n');
}

function decode(value: Value | undefined, runtime: Runtime): string {
  const text = toText(value as Value, runtime).replace(/[^A-Za-z0-9+/=]/g, '');
  runtime.charge(1, text.length);
  if (text.replace(/=+$/, '').length % 4 === 1 || text.length % 4 !== 0) {
    return runtime.raise(runtime.python3 ? 'ValueError' : 'TypeError', 'Incorrect padding');
  }
  return textOfBytes(Buffer.from(text, 'base64'));
}

function decodeHex(text: string, runtime: Runtime): string {
  if (!/^(?:[0-9A-Fa-f]{2})*$/.test(text)) return runtime.raise('TypeError', 'Non-base16 digit found');
  return textOfBytes(Buffer.from(text, 'hex'));
}

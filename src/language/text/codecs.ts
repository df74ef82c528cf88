import type { Runtime, Value } from '../value.js';
import { toText } from '../values/index.js';
import { bytesOf, textOfBytes, textOfRawBytes } from './characters.js';

/**
 * `encode` and `decode`. Text and bytes are one type here, as in Python 2, so the text codecs give the text
 * back once it is checked against the codec; `hex`, `base64` and `rot13` change it.
 */
export function encodeText(
  text: string,
  name: Value | undefined,
  errors: Value | undefined,
  runtime: Runtime,
): string {
  const codec = codecName(name, runtime);
  runtime.charge(1, text.length * 2);
  switch (codec) {
    case 'hex':
      return Buffer.from(bytesOf(text)).toString('hex');
    case 'base64':
      return `${Buffer.from(bytesOf(text))
        .toString('base64')
        .replace(/.{76}(?=.)/g, '$&\n')}\n`;
    case 'rot13':
      return rot13(text);
    default:
      return check(text, codec, errorsOf(errors, runtime), 'encode', runtime);
  }
}

export function decodeText(
  text: string,
  name: Value | undefined,
  errors: Value | undefined,
  runtime: Runtime,
): string {
  const codec = codecName(name, runtime);
  runtime.charge(1, text.length);
  switch (codec) {
    case 'hex':
      if (!/^(?:[0-9a-fA-F]{2})*$/.test(text))
        return runtime.raise('TypeError', 'Non-hexadecimal digit found');
      return textOfBytes(Buffer.from(text, 'hex'));
    case 'base64':
      return textOfBytes(Buffer.from(text, 'base64'));
    case 'rot13':
      return rot13(text);
    case 'latin1':
      return Array.from(bytesOf(text), (byte) => String.fromCharCode(byte)).join('');
    case 'unicode_escape':
    case 'string_escape':
      return unescape(text);
    default:
      return check(text, codec, errorsOf(errors, runtime), 'decode', runtime);
  }
}

const CODECS: ReadonlyMap<string, string> = new Map([
  ['utf8', 'utf8'],
  ['u8', 'utf8'],
  ['utf8sig', 'utf8'],
  ['ascii', 'ascii'],
  ['usascii', 'ascii'],
  ['latin1', 'latin1'],
  ['iso88591', 'latin1'],
  ['hex', 'hex'],
  ['hexcodec', 'hex'],
  ['base64', 'base64'],
  ['base64codec', 'base64'],
  ['rot13', 'rot13'],
  ['unicodeescape', 'unicode_escape'],
  ['stringescape', 'string_escape'],
]);

function codecName(name: Value | undefined, runtime: Runtime): string {
  if (name === undefined) return 'utf8';
  const text = toText(name, runtime);
  const codec = CODECS.get(text.toLowerCase().replace(/[-_ ]/g, ''));
  return codec ?? runtime.raise('LookupError', `unknown encoding: ${text}`);
}

function errorsOf(errors: Value | undefined, runtime: Runtime): string {
  return errors === undefined ? 'strict' : toText(errors, runtime);
}

function check(text: string, codec: string, errors: string, action: string, runtime: Runtime): string {
  const limit = codec === 'ascii' ? 0x80 : codec === 'latin1' ? 0x100 : Infinity;
  if (limit === Infinity) return text;
  let result = '';
  let place = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < limit) result += character;
    else if (errors === 'replace') result += '?';
    else if (errors === 'xmlcharrefreplace') result += `&#${code};`;
    else if (errors === 'backslashreplace') result += `\\u${code.toString(16).padStart(4, '0')}`;
    else if (errors !== 'ignore') refuse(codec, code, place, action, runtime);
    place += 1;
  }
  return result;
}

function refuse(codec: string, code: number, place: number, action: string, runtime: Runtime): never {
  if (action === 'decode') {
    return runtime.raise(
      'UnicodeDecodeError',
      `'${codec}' codec can't decode byte 0x${code.toString(16)} in position ${place}: ordinal not in range(128)`,
    );
  }
  const escape =
    code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  return runtime.raise(
    'UnicodeEncodeError',
    `'${codec}' codec can't encode character u'${escape}' in position ${place}: ordinal not in range(${codec === 'ascii' ? 128 : 256})`,
  );
}

function rot13(text: string): string {
  return text.replace(/[a-zA-Z]/g, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
]);

function unescape(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([nrt\\'"]))/g,
    (_whole, hex: string | undefined, unicode: string | undefined, named: string | undefined) => {
      if (hex !== undefined) return textOfRawBytes(Uint8Array.of(Number.parseInt(hex, 16)));
      if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16));
      return ESCAPES.get(named ?? '') ?? '';
    },
  );
}

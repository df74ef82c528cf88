import type { Evaluator } from '../interpreter.js';
import { bytesOf, textOfBytes } from '../text/characters.js';
import type { Runtime, Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { toText } from '../values/index.js';
import { List } from '../values/list.js';
import { Tuple } from '../values/tuple.js';
import { makeNamedTuple } from './named-tuple.js';
import { moduleNames, refusedFunction } from './names.js';

/** `urllib`, `urllib.parse`, `urlparse`: text only, no network. */
export function urlModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const splitType = makeNamedTuple('SplitResult', ['scheme', 'netloc', 'path', 'query', 'fragment'], runtime);
  const parseType = makeNamedTuple(
    'ParseResult',
    ['scheme', 'netloc', 'path', 'params', 'query', 'fragment'],
    runtime,
  );
  const names = moduleNames([
    [
      'quote',
      'string safe?',
      ([text, safe = '/'], inner) => quote(toText(text as Value, inner), toText(safe, inner)),
    ],
    [
      'quote_plus',
      'string safe?',
      ([text, safe = ''], inner) =>
        quote(toText(text as Value, inner), `${toText(safe, inner)} `).replaceAll(' ', '+'),
    ],
    ['unquote', 'string', ([text], inner) => unquote(toText(text as Value, inner))],
    ['unquote_plus', 'string', ([text], inner) => unquote(toText(text as Value, inner).replaceAll('+', ' '))],
    [
      'urlencode',
      'query doseq?',
      ([query, sequences], inner) =>
        encode(query as Value, sequences !== undefined && inner.truthy(sequences), inner),
    ],
    [
      'urlsplit',
      'url scheme? allow_fragments?',
      ([url], inner) => splitType.create(split(toText(url as Value, inner)), inner),
    ],
    [
      'urlparse',
      'url scheme? allow_fragments?',
      ([url], inner) => {
        const [scheme, netloc, path, query, fragment] = split(toText(url as Value, inner)) as [
          string,
          string,
          string,
          string,
          string,
        ];
        const semicolon = path.lastIndexOf(';');
        const hasParams = semicolon > path.lastIndexOf('/');
        return parseType.create(
          [
            scheme,
            netloc,
            hasParams ? path.slice(0, semicolon) : path,
            hasParams ? path.slice(semicolon + 1) : '',
            query,
            fragment,
          ],
          inner,
        );
      },
    ],
    [
      'urlunsplit',
      '_parts',
      ([parts], inner) => unsplit([...inner.iterate(parts as Value)].map((part) => toText(part, inner))),
    ],
    [
      'urlunparse',
      '_parts',
      ([parts], inner) => unparse([...inner.iterate(parts as Value)].map((part) => toText(part, inner))),
    ],
    [
      'urljoin',
      'base url allow_fragments?',
      ([base, url], inner) => join(toText(base as Value, inner), toText(url as Value, inner)),
    ],
    [
      'parse_qsl',
      'qs keep_blank_values? strict_parsing?',
      ([text], inner) => new List(pairs(toText(text as Value, inner)).map((pair) => new Tuple(pair))),
    ],
    [
      'parse_qs',
      'qs keep_blank_values? strict_parsing?',
      ([text], inner) => grouped(toText(text as Value, inner), inner),
    ],
  ]);
  for (const refused of ['urlopen', 'urlretrieve'])
    names.set(refused, refusedFunction(refused, 'it may not use the network'));
  return names;
}

function quote(text: string, safe: string): string {
  const kept = new Set(`ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-${safe}`);
  return Array.from(bytesOf(text), (byte) => {
    const character = String.fromCharCode(byte);
    return byte < 0x80 && kept.has(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function unquote(text: string): string {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) =>
    textOfBytes(Buffer.from(run.replaceAll('%', ''), 'hex')),
  );
}

function encode(query: Value, sequences: boolean, runtime: Runtime): string {
  const rows: readonly (readonly [Value, Value])[] =
    query instanceof Dict
      ? [...query.entries.values()].map(({ key, value }) => [key, value] as const)
      : [...runtime.iterate(query)].map(
          (pair) => [...runtime.iterate(pair)] as unknown as readonly [Value, Value],
        );
  const part = (value: Value): string => quote(runtime.str(value), ' ').replaceAll(' ', '+');
  return rows
    .flatMap(([key, value]) => {
      const values = sequences && (value instanceof List || value instanceof Tuple) ? value.items : [value];
      return values.map((item) => `${part(key)}=${part(item)}`);
    })
    .join('&');
}

function split(url: string): string[] {
  const match = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(
    url,
  );
  const [, scheme = '', netloc = '', path = '', query = '', fragment = ''] = match ?? [];
  return [scheme.toLowerCase(), netloc, path, query, fragment];
}

function unsplit([
  scheme = '',
  netloc = '',
  path = '',
  query = '',
  fragment = '',
]: readonly string[]): string {
  let url = path;
  if (netloc !== '') url = `//${netloc}${url !== '' && !url.startsWith('/') ? '/' : ''}${url}`;
  if (scheme !== '') url = `${scheme}:${url}`;
  return `${url}${query === '' ? '' : `?${query}`}${fragment === '' ? '' : `#${fragment}`}`;
}

function unparse([
  scheme = '',
  netloc = '',
  path = '',
  params = '',
  query = '',
  fragment = '',
]: readonly string[]): string {
  return unsplit([scheme, netloc, params === '' ? path : `${path};${params}`, query, fragment]);
}

function join(base: string, url: string): string {
  const [scheme, netloc, path, query, fragment] = split(url) as [string, string, string, string, string];
  const [baseScheme, baseNetloc, basePath, baseQuery] = split(base) as [string, string, string, string];
  if (scheme !== '' && scheme !== baseScheme) return url;
  if (netloc !== '') return unsplit([baseScheme, netloc, path, query, fragment]);
  if (path === '')
    return unsplit([baseScheme, baseNetloc, basePath, query === '' ? baseQuery : query, fragment]);
  const merged = path.startsWith('/') ? path : basePath.slice(0, basePath.lastIndexOf('/') + 1) + path;
  return unsplit([baseScheme, baseNetloc, removeDots(merged), query, fragment]);
}

function removeDots(path: string): string {
  const kept: string[] = [];
  const parts = path.split('/');
  parts.forEach((part, i) => {
    const isLast = i === parts.length - 1;
    if (part === '..') {
      if (kept.length > 1) kept.pop();
      if (isLast) kept.push('');
    } else if (part === '.') {
      if (isLast) kept.push('');
    } else kept.push(part);
  });
  return kept.join('/');
}

function pairs(text: string): [string, string][] {
  return text
    .split(/[&;]/)
    .filter((part) => part.includes('='))
    .map((part): [string, string] => {
      const at = part.indexOf('=');
      const decode = (piece: string): string => unquote(piece.replaceAll('+', ' '));
      return [decode(part.slice(0, at)), decode(part.slice(at + 1))];
    })
    .filter(([, value]) => value !== '');
}

function grouped(text: string, runtime: Runtime): Value {
  const dict = new Dict();
  for (const [key, value] of pairs(text)) {
    const list = dict.get(key, runtime);
    if (list instanceof List) list.items.push(value);
    else dict.set(key, new List([value]), runtime);
  }
  return dict;
}

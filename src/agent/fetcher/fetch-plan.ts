import type { MesosFetcherURI } from '../../model/task-config.js';
import type { Compression } from './decompress.js';
import { safeParts } from './extraction.js';
import { FetchError } from './fetch-error.js';

/** How a file is taken apart: decompressed first, then, when it is packed, unpacked. */
export interface Archive {
  readonly compression: Compression | 'gzip' | undefined;
  readonly packed: 'tar' | 'zip' | undefined;
}

/** What is to be done for one URI, decided before anything is touched. */
export interface FetchPlan {
  readonly source:
    { readonly kind: 'http'; readonly url: URL } | { readonly kind: 'file'; readonly path: string };
  /** Relative to the sandbox. */
  readonly fileName: string;
  readonly archive: Archive | undefined;
  readonly cache: boolean;
}

/** Extracted unless the URI says otherwise, as Mesos does. */
export function planFetch(uri: MesosFetcherURI): FetchPlan {
  const source = parseSource(uri.value);
  const path = source.kind === 'http' ? decodePath(source.url.pathname) : source.path;
  const base =
    path
      .split('/')
      .filter((part) => part !== '')
      .at(-1) ?? '';
  const fileName = uri.outputFile ?? base;
  const parts = checkName(uri, fileName);
  return {
    source,
    fileName: parts.join('/'),
    archive: uri.extract === false ? undefined : archiveOf(base),
    cache: uri.cache === true,
  };
}

function parseSource(value: string): FetchPlan['source'] {
  if (value.startsWith('/')) return { kind: 'file', path: value };
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    throw new FetchError(
      `${JSON.stringify(value)} is no URI: expected http://, https://, file:// or an absolute path`,
    );
  }
  if (url.protocol === 'http:' || url.protocol === 'https:') return { kind: 'http', url };
  if (url.protocol === 'file:' && (url.hostname === '' || url.hostname === 'localhost'))
    return { kind: 'file', path: decodePath(url.pathname) };
  throw new FetchError(
    `${JSON.stringify(value)} cannot be fetched: ${url.protocol}// is not supported, only http, https and file`,
  );
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new FetchError(`${JSON.stringify(path)} has a damaged percent escape`);
  }
}

function checkName(uri: MesosFetcherURI, fileName: string): string[] {
  try {
    const parts = safeParts(fileName);
    if (parts.length > 0) return parts;
  } catch {
    throw new FetchError(
      `${JSON.stringify(uri.value)}: the output file ${JSON.stringify(fileName)} is outside the sandbox`,
    );
  }
  throw new FetchError(`${JSON.stringify(uri.value)} names no file; give it an output file`);
}

const ENDINGS: ReadonlyArray<readonly [RegExp, Archive]> = [
  [/\.tar$/i, { compression: undefined, packed: 'tar' }],
  [/\.(?:tar\.gz|tgz)$/i, { compression: 'gzip', packed: 'tar' }],
  [/\.(?:tar\.bz2|tbz2|tbz)$/i, { compression: 'bzip2', packed: 'tar' }],
  [/\.(?:tar\.xz|txz)$/i, { compression: 'xz', packed: 'tar' }],
  [/\.(?:tar\.zst|tzst)$/i, { compression: 'zstd', packed: 'tar' }],
  [/\.zip$/i, { compression: undefined, packed: 'zip' }],
  [/\.gz$/i, { compression: 'gzip', packed: undefined }],
  [/\.bz2$/i, { compression: 'bzip2', packed: undefined }],
  [/\.xz$/i, { compression: 'xz', packed: undefined }],
  [/\.zst$/i, { compression: 'zstd', packed: undefined }],
];

function archiveOf(name: string): Archive | undefined {
  return ENDINGS.find(([pattern]) => pattern.test(name))?.[1];
}

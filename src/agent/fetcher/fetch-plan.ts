import type { MesosFetcherURI } from '../../model/task-config.js';
import { safeParts } from './extraction.js';
import { FetchError } from './fetch-error.js';

/** What is to be done for one URI, decided before anything is touched. */
export interface FetchPlan {
  readonly source:
    { readonly kind: 'http'; readonly url: URL } | { readonly kind: 'file'; readonly path: string };
  /** Relative to the sandbox. */
  readonly fileName: string;
  readonly archive: 'tar' | 'tar.gz' | 'zip' | 'gz' | undefined;
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
    archive: uri.extract === false ? undefined : archiveKind(base),
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

const KINDS: ReadonlyArray<readonly [RegExp, FetchPlan['archive']]> = [
  [/\.(?:tar\.gz|tgz)$/i, 'tar.gz'],
  [/\.tar$/i, 'tar'],
  [/\.zip$/i, 'zip'],
  [/\.gz$/i, 'gz'],
];
const UNSUPPORTED = /\.(?:tar\.bz2|tbz2|bz2|tar\.xz|txz|xz|tar\.zst|zst)$/i;

function archiveKind(name: string): FetchPlan['archive'] {
  if (UNSUPPORTED.test(name))
    throw new FetchError(
      `${JSON.stringify(name)} cannot be extracted: only .tar, .tar.gz, .tgz, .gz and .zip are; fetch it with extract=false and unpack it in a process`,
    );
  return KINDS.find(([pattern]) => pattern.test(name))?.[1];
}

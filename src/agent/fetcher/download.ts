import { lookup, type LookupAddress } from 'node:dns';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { get as getHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as getHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { FetchError } from './fetch-error.js';

export interface DownloadLimits {
  readonly bytes: number;
  /** Longest silence of the server. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

const MOST_REDIRECTS = 10;

/**
 * The content of an http or https URL, redirects followed. Link-local addresses are refused: that is where
 * clouds keep their machines' credentials, and the agent must not read those out for a task.
 */
export async function* downloadHttp(start: URL, limits: DownloadLimits): AsyncGenerator<Buffer> {
  let url = start;
  for (let redirects = 0; ; redirects++) {
    const response = await open(url, limits);
    const status = response.statusCode ?? 0;
    if (status === 200) {
      yield* limited(response, url.href, limits.bytes);
      return;
    }
    response.destroy();
    const location = response.headers.location;
    if (status < 300 || status >= 400 || location === undefined)
      throw new FetchError(
        `${withoutSecrets(url)} answered ${status} ${response.statusMessage ?? ''}`.trimEnd(),
      );
    if (redirects >= MOST_REDIRECTS)
      throw new FetchError(`${withoutSecrets(start)} redirects more than ${MOST_REDIRECTS} times`);
    url = redirectTarget(url, location);
  }
}

/** The content of a regular file of this host. */
export async function* readLocalFile(path: string, limits: DownloadLimits): AsyncGenerator<Buffer> {
  const found = await stat(path).catch((error: unknown) => {
    throw new FetchError(`${JSON.stringify(path)} cannot be read: ${(error as Error).message}`);
  });
  if (!found.isFile()) throw new FetchError(`${JSON.stringify(path)} is not a regular file`);
  if (found.size > limits.bytes) throw tooLarge(path, limits.bytes);
  yield* limited(
    createReadStream(path, { signal: limits.signal }) as AsyncIterable<Buffer>,
    path,
    limits.bytes,
  );
}

async function* limited(source: AsyncIterable<Buffer>, name: string, most: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > most) throw tooLarge(name, most);
    yield chunk;
  }
}

function tooLarge(name: string, most: number): FetchError {
  return new FetchError(`${JSON.stringify(name)} is larger than the ${most} bytes allowed`);
}

function redirectTarget(from: URL, location: string): URL {
  let url: URL;
  try {
    url = new URL(location, from);
  } catch {
    throw new FetchError(`${withoutSecrets(from)} redirects to ${JSON.stringify(location)}, which is no URL`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new FetchError(`${withoutSecrets(from)} redirects to ${url.protocol}//, which is not followed`);
  return url;
}

function open(url: URL, limits: DownloadLimits): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && isForbidden(host))
    throw new FetchError(`${withoutSecrets(url)} is a link-local address, which is not fetched`);
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      agent: false,
      signal: limits.signal,
      timeout: limits.idleMs,
      lookup: guardedLookup,
    };
    const get = url.protocol === 'https:' ? getHttps : getHttp;
    const call = get(url, options, (response) => {
      response.setTimeout(limits.idleMs, () => {
        response.destroy(new FetchError(`${withoutSecrets(url)} went silent`));
      });
      resolve(response);
    });
    call.on('timeout', () => {
      call.destroy(new FetchError(`${withoutSecrets(url)} does not answer`));
    });
    call.on('error', (error) => {
      reject(
        error instanceof FetchError
          ? error
          : new FetchError(`${withoutSecrets(url)}: ${error.message || error.name}`),
      );
    });
  });
}

const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');
linkLocal.addAddress('fd00:ec2::254', 'ipv6');

function isForbidden(address: string): boolean {
  return linkLocal.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Checked where the address is used, so that no second answer of a name server gets around it. */
const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(
    hostname,
    options,
    (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => {
      const addresses =
        typeof address === 'string' ? [address] : (error ? [] : address).map((entry) => entry.address);
      if (!error && addresses.some(isForbidden))
        callback(new FetchError(`${hostname} leads to a link-local address, which is not fetched`), '', 0);
      else callback(error, address, family);
    },
  );
};

function withoutSecrets(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

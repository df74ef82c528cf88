import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { Interruption } from './interruption.js';
import { TransportError, type HttpReply, type HttpRequest, type Transport } from './transport.js';

const MOST_REDIRECTS = 5;
/** A reply beyond this is no scheduler's. */
const LARGEST_REPLY_BYTES = 1 << 30;

/**
 * Node's HTTP client, over TCP, TLS or a unix socket, whose connection is kept for the next request. 307 and 308 are
 * followed with the body.
 */
export const httpTransport: Transport = { send: (request) => follow(request, MOST_REDIRECTS) };

async function follow(request: HttpRequest, redirectsLeft: number): Promise<HttpReply> {
  const { reply, location } = await exchange(request);
  const redirected = [301, 302, 303, 307, 308].includes(reply.status) && location !== undefined;
  if (!redirected) return reply;
  if (redirectsLeft === 0) throw new TransportError('Exceeded 30 redirects.');
  const { socketPath: _dropped, ...rest } = request;
  return follow({ ...rest, url: new URL(location, request.url).href }, redirectsLeft - 1);
}

interface Exchange {
  readonly reply: HttpReply;
  readonly location: string | undefined;
}

async function exchange(request: HttpRequest): Promise<Exchange> {
  const url = new URL(request.url);
  const send = url.protocol === 'https:' ? (await import('node:https')).request : requestHttp;
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      reject(request.interrupted?.aborted ? new Interruption() : toTransportError(error));
    };
    const outgoing = send(optionsOf(request, url), (incoming) => {
      collect(incoming).then((body) => {
        const headers = headersOf(incoming);
        const reply = {
          status: incoming.statusCode ?? 0,
          reason: incoming.statusMessage ?? '',
          headers,
          body,
        };
        resolve({ reply, location: headers.get('location') });
      }, fail);
    });
    outgoing.on('error', fail);
    outgoing.on('timeout', () => outgoing.destroy(new Error('timed out')));
    outgoing.end(request.body);
  });
}

function optionsOf(request: HttpRequest, url: URL): RequestOptions {
  const headers: Record<string, string> = Object.fromEntries(request.headers);
  if (request.body) headers['Content-Length'] = String(request.body.length);
  return {
    method: request.method,
    path: url.pathname + url.search,
    headers,
    // Who knows when a scheduler elsewhere closes a connection that waits; ours says so.
    ...(request.socketPath === undefined
      ? { agent: false, hostname: url.hostname.replace(/^\[|\]$/g, ''), port: url.port }
      : { socketPath: request.socketPath }),
    ...(request.timeoutMs === undefined ? {} : { timeout: request.timeoutMs }),
    ...(request.interrupted ? { signal: request.interrupted } : {}),
  };
}

function headersOf(incoming: IncomingMessage): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

async function collect(incoming: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST_REPLY_BYTES) throw new Error('the reply is larger than 1 GB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Node's error in plain words: what a person can act on. */
function toTransportError(error: NodeJS.ErrnoException): TransportError {
  const words = new Map([
    ['ECONNREFUSED', 'Connection refused'],
    ['ENOENT', 'No scheduler listens there'],
    ['ECONNRESET', 'Connection aborted: the server has closed the connection'],
    ['ENOTFOUND', 'The host name is not known'],
    ['EAI_AGAIN', 'The host name could not be looked up'],
    ['EHOSTUNREACH', 'No route to host'],
    ['ETIMEDOUT', 'Connection timed out'],
    ['EACCES', 'Permission denied'],
  ]);
  return new TransportError(words.get(error.code ?? '') ?? error.message, error.code);
}

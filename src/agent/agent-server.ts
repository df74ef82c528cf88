import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { rmSync } from 'node:fs';
import type { Logger } from '../base/logging.js';
import { HttpError } from './http-error.js';

/** Answers one request, or throws HttpError. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
const MOST_CONNECTIONS = 1000;
const LARGEST_HEADER = 16 * 1024;

/** An HTTP server whose handlers may fail in any way without ending the agent. */
export function makeServer(handle: RequestHandler, logger: Logger): Server {
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: HEADERS_TIMEOUT_MS, maxHeaderSize: LARGEST_HEADER },
    (request, response) => {
      void answer(request, response, handle, logger);
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

/** Listens on a unix socket that only this user can open. Throws when another process listens there. */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  if (await isAnswered(path)) throw new Error(`another agent is listening on ${path}`);
  rmSync(path, { force: true });
  const mask = process.umask(0o177);
  try {
    await listening(server, () => server.listen(path));
  } finally {
    process.umask(mask);
  }
}

/** Loopback only: beyond it nothing may listen without authentication. */
export async function listenOnLoopback(server: Server, port: number): Promise<void> {
  await listening(server, () => server.listen(port, '127.0.0.1'));
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handle: RequestHandler,
  logger: Logger,
): Promise<void> {
  try {
    await handle(request, response, parseUrl(request.url));
  } catch (error) {
    const status = error instanceof HttpError ? error.status : 500;
    const message = error instanceof Error ? error.message : String(error);
    if (status === 500) logger.error('request failed', { url: request.url, error: message });
    if (response.headersSent) response.destroy();
    else sendJson(response, status, { error: message });
  }
  if (!request.complete) request.resume();
}

/** The path stays encoded: a slash inside a component must not become a separator. */
function parseUrl(target: string | undefined): URL {
  if (!target?.startsWith('/')) throw new HttpError(400, 'the request names no path');
  try {
    return new URL(`http://localhost${target}`);
  } catch {
    throw new HttpError(400, 'the request names no valid path');
  }
}

/** Components of a path, decoded; 400 for a damaged escape. */
export function pathParts(url: URL): string[] {
  return url.pathname.split('/').slice(1).map(decodePart);
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new HttpError(400, 'the path has a damaged percent escape');
  }
}

function listening(server: Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    start();
  });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => {
      resolve(false);
    });
  });
}

import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type HttpHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/**
 * Bounds for those who are slow, idle or many. Headers and body must arrive within their times; a client that
 * does not take its answer is cut off; connections beyond the limit are closed at once.
 */
const HEADERS_LIMIT_MS = 10_000;
const REQUEST_LIMIT_MS = 60_000;
const IDLE_LIMIT_MS = 120_000;
const KEEP_ALIVE_MS = 60_000;
const LARGEST_HEADER_BYTES = 32 * 1024;
const MOST_TCP_CONNECTIONS = 512;

export interface HttpListener {
  readonly server: Server;
  /** Stops accepting; open connections end with their answers. */
  close(): Promise<void>;
}

/** Listens on a unix socket that only this user can open; a socket left by a dead daemon is replaced. */
export async function listenOnSocket(path: string, handler: HttpHandler): Promise<HttpListener> {
  rmSync(path, { force: true });
  const server = newServer(handler);
  await listening(server, (done) => server.listen(path, done));
  chmodSync(path, 0o600);
  return toListener(server);
}

/** Listens on loopback TCP; rejects with EADDRINUSE when the port is taken. */
export async function listenOnLoopback(
  port: number,
  handler: HttpHandler,
): Promise<HttpListener & { readonly port: number }> {
  const server = newServer(handler);
  server.maxConnections = MOST_TCP_CONNECTIONS;
  await listening(server, (done) => server.listen({ host: '127.0.0.1', port }, done));
  return { ...toListener(server), port: (server.address() as AddressInfo).port };
}

function newServer(handler: HttpHandler): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_LIMIT_MS,
      requestTimeout: REQUEST_LIMIT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: LARGEST_HEADER_BYTES,
      noDelay: true,
    },
    handler,
  );
  server.timeout = IDLE_LIMIT_MS;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const status =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : TIMED_OUT.get(error.code ?? '');
    socket.end(`HTTP/1.1 ${status ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  return server;
}

const TIMED_OUT = new Map([['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout']]);

function listening(server: Server, listen: (done: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    listen(() => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

function toListener(server: Server): HttpListener {
  return {
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

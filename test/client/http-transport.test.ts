import { createServer, type RequestListener, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { httpTransport } from '../../src/client/http-transport.js';
import { Interruption } from '../../src/client/interruption.js';
import { TransportError } from '../../src/client/transport.js';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener, socketPath?: string): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => {
    if (socketPath === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(socketPath, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : 'http://localhost';
}

const post = (url: string, more: object = {}) =>
  httpTransport.send({
    method: 'POST',
    url,
    headers: [['Accept', 'x/y']],
    body: Buffer.from('body'),
    ...more,
  });

describe('http transport', () => {
  test('carries method, headers, body and length', async () => {
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, headers } = request;
        response.end(
          `${method ?? ''} ${headers.accept ?? ''} ${headers['content-length'] ?? ''} ${Buffer.concat(chunks).toString()}`,
        );
      });
    });
    const reply = await post(`${url}/api`);
    expect([reply.status, Buffer.from(reply.body).toString()]).toEqual([200, 'POST x/y 4 body']);
  });

  test('follows a 307 with the body, to the path of its Location', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/api') response.writeHead(307, { Location: '/leader/api' }).end();
      else request.pipe(response);
    });
    expect(Buffer.from((await post(`${url}/api`)).body).toString()).toBe('body');
  });

  test('a ring of redirects ends', async () => {
    const url = await serve((_request, response) => response.writeHead(307, { Location: '/api' }).end());
    await expect(post(`${url}/api`)).rejects.toThrow('redirects');
  });

  test('speaks through a unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aurora-socket-'));
    try {
      const socketPath = join(folder, 's');
      await serve((request, response) => response.end(request.url), socketPath);
      const reply = await post('http://127.0.0.1:1/x?y=1', { socketPath });
      expect(Buffer.from(reply.body).toString()).toBe('/x?y=1');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('nobody listening and a cut connection are transport errors in plain words', async () => {
    await expect(post('http://127.0.0.1:9/api')).rejects.toThrow(new TransportError('Connection refused'));
    const url = await serve((request) => request.socket.destroy());
    await expect(post(url)).rejects.toThrow(/closed the connection/);
  });

  test('silence ends after the time that was set', async () => {
    const url = await serve(() => undefined);
    await expect(post(url, { timeoutMs: 20 })).rejects.toThrow('timed out');
  });

  test('Ctrl-C ends the exchange', async () => {
    const interruption = new AbortController();
    const url = await serve(() => {
      interruption.abort();
    });
    await expect(post(url, { interrupted: interruption.signal })).rejects.toThrow(Interruption);
  });
});

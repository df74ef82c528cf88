import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { checkHttp, judgeAnswer } from '../../../src/agent/health/http-check.js';
import { httpSignal } from '../../../src/agent/health/http-signal.js';

const OK = { endpoint: '/health', expectedResponse: 'ok', expectedResponseCode: 0 };

describe('http answers', () => {
  test('the body is compared without case and blanks', () => {
    expect(judgeAnswer(OK, { status: 200, body: ' OK\n' })).toEqual({ healthy: true });
    expect(judgeAnswer(OK, { status: 200, body: 'not ok' })).toEqual({
      healthy: false,
      reason: 'Response differs from expected response (expected "ok", got "not ok")',
    });
  });

  test('an error status counts as an empty body', () => {
    expect(judgeAnswer(OK, { status: 500, body: 'ok' })).toEqual({
      healthy: false,
      reason: 'Response differs from expected response (expected "ok", got "")',
    });
  });

  test('the code is looked at when the body is right or any', () => {
    const any = { ...OK, expectedResponse: '', expectedResponseCode: 200 };
    expect(judgeAnswer(any, { status: 500, body: 'x' })).toEqual({
      healthy: false,
      reason: 'Response code differs from expected response (expected 200, got 500)',
    });
    expect(judgeAnswer(any, { status: 200, body: 'x' })).toEqual({ healthy: true });
  });

  test('long texts are cut to ten characters', () => {
    expect(judgeAnswer(OK, { status: 200, body: 'abcdefghijklm' })).toMatchObject({
      reason: 'Response differs from expected response (expected "ok", got "abcdefg...")',
    });
  });
});

describe('http endpoints that misbehave', () => {
  let server: Server;
  let port: number;
  const requests: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url} ${request.headers['content-length'] ?? '-'}`);
      switch (request.url) {
        case '/health':
          response.end(' OK\n');
          break;
        case '/huge': {
          const pour = (): void => {
            while (response.write(Buffer.alloc(65536, 'x')));
            response.once('drain', pour);
          };
          pour();
          break;
        }
        case '/drip': {
          const timer = setInterval(() => response.write('o'), 5);
          response.on('close', () => {
            clearInterval(timer);
          });
          break;
        }
        case '/ring':
          response.writeHead(302, { location: '/ring' }).end();
          break;
        case '/away':
          response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
          break;
        case '/there':
          response.writeHead(302, { location: '/health' }).end();
          break;
        case '/silent':
          break;
        default:
          response.writeHead(404).end('no');
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const check = (endpoint: string, timeoutMs = 300): ReturnType<typeof checkHttp> =>
    checkHttp({ ...OK, endpoint }, port, timeoutMs);

  test('healthy, also behind a redirect on this host', async () => {
    expect(await check('/health')).toEqual({ healthy: true });
    expect(await check('health')).toEqual({ healthy: true });
    expect(await check('/there')).toEqual({ healthy: true });
  });

  test('F18: a body without end is cut at 1 MB', async () => {
    const signal = await httpSignal('GET', port, '/huge', 10_000);
    expect(signal.ok && signal.answer.body.length).toBe(1024 * 1024);
  });

  test.each([['/drip'], ['/silent']])('%s ends with the timeout', async (endpoint) => {
    expect(await check(endpoint, 60)).toEqual({
      healthy: false,
      reason: `Failed to signal http://localhost:${port}${endpoint}: Error within timeout`,
    });
  });

  test('F18: redirects are followed neither in a ring nor to other hosts', async () => {
    expect(await check('/ring', 5000)).toMatchObject({
      reason: expect.stringContaining('too many redirects'),
    });
    expect(await check('/away', 5000)).toMatchObject({
      reason: expect.stringContaining('is not followed'),
    });
  });

  test('a closed port has the original words', async () => {
    expect(await checkHttp(OK, 1, 1000)).toEqual({
      healthy: false,
      reason: 'Failed to signal http://localhost:1/health: <urlopen error [Errno 111] Connection refused>',
    });
  });

  test('a POST has no body', async () => {
    expect((await httpSignal('POST', port, '/quitquitquit', 1000)).ok).toBe(true);
    expect(requests.at(-1)).toBe('POST /quitquitquit 0');
  });
});

describe('servers that speak no HTTP', () => {
  let server: TcpServer;
  const sockets = new Set<Socket>();

  const listen = async (answer: (socket: Socket) => void): Promise<number> => {
    server = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => {
        answer(socket);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };

  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };

  test('F18: HTTP/0.9 and headers without end are failures, within the timeout', async () => {
    const old = await listen((socket) => socket.end('ok\n'));
    expect(await checkHttp(OK, old, 500)).toMatchObject({ healthy: false });
    close();
    const endless = await listen((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const pour = (): void => {
        if (!socket.destroyed && socket.write(`x: ${'y'.repeat(1000)}\r\n`)) setImmediate(pour);
      };
      pour();
    });
    expect(await checkHttp(OK, endless, 500)).toMatchObject({ healthy: false });
    close();
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fetchUris } from '../../../src/agent/fetcher/fetcher.js';
import { planFetch } from '../../../src/agent/fetcher/fetch-plan.js';
import type { MesosFetcherURI } from '../../../src/model/task-config.js';
import { makeTar, makeZip } from './archives.js';

describe('what a URI asks for', () => {
  test.each([
    ['http://h/a/b.tar.gz', 'gzip', 'tar'],
    ['http://h/b.TGZ', 'gzip', 'tar'],
    ['http://h/b.tar.bz2', 'bzip2', 'tar'],
    ['http://h/b.tar.xz', 'xz', 'tar'],
    ['http://h/b.txz', 'xz', 'tar'],
    ['http://h/b.tar.zst', 'zstd', 'tar'],
    ['/x/y.zip', undefined, 'zip'],
    ['file:///x/y.tar', undefined, 'tar'],
    ['http://h/log.gz', 'gzip', undefined],
    ['http://h/log.xz', 'xz', undefined],
  ])('%s is decompressed by %s and unpacked as %s', (value, compression, packed) => {
    expect(planFetch({ value }).archive).toEqual({ compression, packed });
    expect(planFetch({ value, extract: false }).archive).toBeUndefined();
  });

  test('everything else stays as it is', () => {
    expect(planFetch({ value: 'http://h/program' }).archive).toBeUndefined();
  });

  test.each([
    [{ value: 'ftp://h/x' }, /ftp:\/\/ is not supported/],
    [{ value: 'hdfs://h/x' }, /hdfs:\/\/ is not supported/],
    [{ value: 'x' }, /is no URI/],
    [{ value: 'http://h/' }, /names no file/],
    [{ value: 'http://h/%zz' }, /damaged percent escape/],
    [{ value: 'http://h/%2e%2e%2fevil' }, /names no file|outside the sandbox|no URI|/],
    [{ value: 'http://h/a', outputFile: '../a' }, /outside the sandbox/],
    [{ value: 'http://h/a', outputFile: '/etc/cron.d/a' }, /outside the sandbox/],
  ])('%j is refused', (uri, message) => {
    if (uri.value.includes('%2e')) expect(planFetch(uri).fileName).not.toContain('..');
    else expect(() => planFetch(uri)).toThrow(message);
  });
});

describe('fetcher', () => {
  let server: Server;
  let base: string;
  let directory: string;
  let sandbox: string;
  let hits = 0;

  beforeAll(async () => {
    server = createServer((request, response) => {
      hits++;
      switch (request.url) {
        case '/run.sh':
          response.end('#!/bin/sh\necho hi\n');
          break;
        case '/data.txt':
          response.end('data');
          break;
        case '/a.tar.gz':
          response.end(gzipSync(makeTar([{ name: 'a/b', content: 'in tar' }])));
          break;
        case '/a.zip':
          response.end(makeZip([{ name: 'z', content: 'in zip' }]));
          break;
        case '/bomb.gz':
          response.end(gzipSync(Buffer.alloc(20_000_000)));
          break;
        case '/broken.tar.gz':
          response.end(gzipSync(makeTar([{ name: 'x', content: 'y'.repeat(5000) }])).subarray(0, 50));
          break;
        case '/moved':
          response.writeHead(302, { location: '/data.txt' }).end();
          break;
        case '/ring':
          response.writeHead(302, { location: '/ring' }).end();
          break;
        case '/metadata':
          response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
          break;
        case '/cut':
          response.writeHead(200, { 'content-length': '1000' });
          response.write('x');
          setImmediate(() => request.socket.destroy());
          break;
        default:
          response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'agent-fetch-'));
    sandbox = join(directory, 'sandbox');
    mkdirSync(sandbox);
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const fetch = (uris: MesosFetcherURI[], limitBytes = 1_000_000): Promise<void> =>
    fetchUris(uris, {
      sandbox,
      cacheDirectory: join(directory, 'cache'),
      cacheBytes: 10,
      owner: undefined,
      limitBytes,
      signal: AbortSignal.timeout(10_000),
    });
  const inSandbox = (name: string): string => readFileSync(join(sandbox, name), 'utf8');

  test('files and archives land in the sandbox; scripts are executable', async () => {
    writeFileSync(join(directory, 'local'), 'local');
    await fetch([
      { value: `${base}/run.sh` },
      { value: `${base}/moved`, outputFile: 'sub/data' },
      { value: `${base}/a.tar.gz` },
      { value: `${base}/a.zip` },
      { value: join(directory, 'local') },
      { value: `file://${directory}/local`, outputFile: 'again' },
    ]);
    expect(statSync(join(sandbox, 'run.sh')).mode & 0o777).toBe(0o755);
    expect(statSync(join(sandbox, 'sub/data')).mode & 0o777).toBe(0o644);
    expect(['sub/data', 'a/b', 'z', 'local', 'again'].map(inSandbox)).toEqual([
      'data',
      'in tar',
      'in zip',
      'local',
      'local',
    ]);
    expect(readdirSync(directory).sort()).toEqual(['local', 'sandbox']);
  });

  test.each([
    ['/nope', /answered 404/],
    ['/ring', /redirects more than 10 times/],
    ['/metadata', /link-local address/],
    ['/bomb.gz', /more than the 1000000 bytes/],
    ['/broken.tar.gz', /cannot be decompressed/],
    ['/cut', /./],
  ])('%s is refused', async (path, message) => {
    await expect(fetch([{ value: `${base}${path}` }])).rejects.toThrow(message);
  });

  test('a local file that is no regular file is refused at once', async () => {
    await expect(fetch([{ value: '/dev/zero' }])).rejects.toThrow(/not a regular file/);
    await expect(fetch([{ value: '/nope/nope' }])).rejects.toThrow(/cannot be read/);
  });

  test('the cache is asked once, and gives way beyond its size', async () => {
    const before = hits;
    await fetch([{ value: `${base}/data.txt`, cache: true }]);
    await fetch([{ value: `${base}/data.txt`, cache: true, outputFile: 'second' }]);
    expect(hits - before).toBe(1);
    expect(inSandbox('second')).toBe('data');
    await fetch([{ value: `${base}/run.sh`, cache: true }]);
    expect(readdirSync(join(directory, 'cache'))).toHaveLength(1);
  });
});

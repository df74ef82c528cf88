import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { diskFileSystem } from '../../src/base/file-system.js';
import { clusterHome, readDefinition, socketPathFor } from '../../src/server/cluster-home.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'aurora-home-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const agent = {
  host: 'a',
  attributes: [],
  resources: { cpus: 1, ramMb: 1, diskMb: 1, gpus: 0, portRanges: [] },
};
const definition = { name: 'test', agents: [agent], httpPort: 0, options: [] as unknown[] };

function read(text: string): string | undefined {
  writeFileSync(join(directory, 'cluster.json'), text);
  const result = readDefinition(clusterHome(directory), diskFileSystem);
  return result.ok ? undefined : result.error;
}

describe('readDefinition', () => {
  test('takes what the client writes', () => {
    expect(read(JSON.stringify({ ...definition, options: [['agent_timeout', '10secs']] }))).toBeUndefined();
  });

  test.each([
    ['{', 'cluster.json cannot be read: '],
    ['[]', 'a cluster definition is an object'],
    [JSON.stringify({ ...definition, name: '../x' }), 'name must be a plain name'],
    [JSON.stringify({ ...definition, name: undefined }), 'name must be a plain name'],
    [JSON.stringify({ ...definition, httpPort: '80' }), 'httpPort must be a port number'],
    [JSON.stringify({ ...definition, httpPort: 65536 }), 'httpPort must be a port number'],
    [JSON.stringify({ ...definition, options: [['a']] }), 'options must be a list of [name, value]'],
    [JSON.stringify({ ...definition, agents: {} }), 'agents must be a list'],
    [JSON.stringify({ ...definition, agents: [7] }), 'an agent is an object'],
    [JSON.stringify({ ...definition, agents: [agent, agent] }), 'two agents have the host name a'],
    [
      JSON.stringify({ ...definition, agents: [{ ...agent, host: '..' }] }),
      'the host name of an agent consists of',
    ],
    [JSON.stringify({ ...definition, agents: [{ ...agent, host: 'a/b' }] }), 'hyphen, not "a/b"'],
    [
      JSON.stringify({ ...definition, agents: [{ ...agent, resources: {} }] }),
      'agent a: resources.cpus must be a number',
    ],
    [
      JSON.stringify({ ...definition, agents: [{ ...agent, attributes: 1 }] }),
      'agent a: attributes must be a list',
    ],
  ])('refuses %s', (text, message) => {
    expect(read(text)).toContain(message);
  });

  test('says that there is none', () => {
    expect(readDefinition(clusterHome(directory), diskFileSystem)).toMatchObject({
      ok: false,
      error: expect.stringContaining('cluster.json cannot be read: ENOENT') as unknown,
    });
  });
});

describe('socketPathFor', () => {
  test('keeps a path that fits, to the last byte', () => {
    const path = `/${'a'.repeat(106)}`;
    expect(socketPathFor(path)).toBe(path);
    expect(socketPathFor(`/${'é'.repeat(53)}`)).toHaveLength(54);
  });

  test('gives a longer one a short name of its own, in a directory that only this user enters', () => {
    const path = `/${'a'.repeat(107)}`;
    const short = socketPathFor(path);
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(107);
    expect(socketPathFor(path)).toBe(short);
    expect(socketPathFor(`${path}b`)).not.toBe(short);
    expect(statSync(dirname(short)).mode & 0o777).toBe(0o700);
  });

  test('does not enter a directory that somebody else has opened', () => {
    mkdirSync(join(directory, `aurora-sockets-${process.getuid?.() ?? 0}`), { mode: 0o777 });
    expect(() => socketPathFor(`/${'a'.repeat(107)}`, directory)).toThrow(/must be a directory of mode 0700/);
  });
});

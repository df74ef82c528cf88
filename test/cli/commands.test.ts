import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CommandLeaf } from '../../src/cli/command.js';
import { AURORA_COMMANDS } from '../../src/cli/command-tree.js';
import { VERSION } from '../../src/cli/version.js';
import { CliRig } from '../rig/cli-rig.js';

let rig: CliRig;

beforeEach(() => {
  rig = new CliRig();
});

afterEach(() => {
  rig.dispose();
});

const HELLO = `
a = Process(name='a', cmdline='echo a')
b = Process(name='b', cmdline='echo b')
t = SequentialTask(name='t', processes=[a, b], resources=Resources(cpu=0.1, ram=16*MB, disk=16*MB))
jobs = [Service(cluster='cluster1', role='www-data', environment='devel', name='hello', task=t)]
`;
const KEY = 'cluster1/www-data/devel/hello';

describe('finding the config of a job', () => {
  test('the one file of the working directory that defines it', async () => {
    rig.write('work/a.aurora', HELLO);
    rig.write('work/b.aurora', HELLO.replace("'hello'", "'other'"));
    rig.write('work/configs/c.aurora', HELLO);
    const result = await rig.aurora(['job', 'inspect', KEY]);
    expect(result).toMatchObject({ exitCode: 0, stderr: ' INFO] Using a.aurora\n' });
    expect(result.stdout).toContain("name:       'hello'");
  });

  test('then those below configs/', async () => {
    rig.write('work/b.aurora', HELLO.replace("'hello'", "'other'"));
    rig.write('work/configs/deep/c.aurora', HELLO);
    expect((await rig.aurora(['job', 'inspect', KEY])).stderr).toBe(' INFO] Using configs/deep/c.aurora\n');
  });

  test('or what AURORA_CONFIG_PATH names, and nothing else', async () => {
    rig.write('work/a.aurora', HELLO);
    rig.write('elsewhere/d.aurora', HELLO);
    const env = { AURORA_CONFIG_PATH: join(rig.folder, 'elsewhere') };
    expect((await rig.aurora(['job', 'inspect', KEY], { env })).stderr).toContain('elsewhere/d.aurora');
  });

  test('two are too many, and are named', async () => {
    rig.write('work/a.aurora', HELLO);
    rig.write('work/b.aurora', HELLO);
    const result = await rig.aurora(['job', 'inspect', KEY]);
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toBe(
      `More than one file defines ${KEY}; name the one you mean:\n  a.aurora\n  b.aurora\n`,
    );
  });

  test('none: the candidates are named, and what could not be read', async () => {
    rig.write('work/a.aurora', HELLO.replace("'hello'", "'other'"));
    rig.write('work/broken.aurora', 'jobs = [');
    const result = await rig.aurora(['job', 'inspect', KEY]);
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toContain(`Could not find a config file that defines ${KEY}`);
    expect(result.stderr).toContain('cluster1/www-data/devel/other  (a.aurora)');
    expect(result.stderr).toContain('broken.aurora could not be read');
  });

  test('no file at all: what to do', async () => {
    const result = await rig.aurora(['job', 'inspect', KEY]);
    expect(result.stderr).toContain('Name the file, or set AURORA_CONFIG_PATH');
  });

  test('a job without an environment gets devel, and that is said', async () => {
    rig.write('work/a.aurora', HELLO.replace("environment='devel', ", ''));
    const result = await rig.aurora(['job', 'inspect', KEY]);
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toContain(` WARN] Job hello names no environment: taking 'devel' (${KEY})`);
  });

  test('a cluster elsewhere wants the file to be named', async () => {
    rig.write('etc/clusters.json', '[{"name": "west", "scheduler_uri": "http://127.0.0.1:9"}]');
    rig.write('work/a.aurora', HELLO.replace('cluster1', 'west'));
    const result = await rig.aurora(['job', 'create', 'west/www-data/devel/hello']);
    expect(result).toMatchObject({ exitCode: 2, stderr: 'aurora job create: error: too few arguments\n' });
  });
});

describe('bad input changes nothing and says what is wrong', () => {
  test.each([
    ['x = 1 / 0\n', 3, ['1:5', 'division']],
    ['jobs = [Proces(nmae=1)]\n', 3, ['1:9', 'Did you mean "Process"?']],
    [HELLO.replace('cmdline=', 'cmdlien='), 3, ['cmdlien', 'cmdline']],
    [HELLO.replace('ram=16*MB', "ram='lots'"), 3, ['ram', 'lots']],
    [HELLO.replace('cpu=0.1', 'cpu=-1'), 3, ['positive']],
    [HELLO.replace('echo a', 'echo {{nope}}'), 3, ['{{nope}}']],
    ['while True: pass\n', 3, ['1:']],
    ["x = 'x' * 10**10\n", 3, ['1:']],
    ['if True:\n\tx = 1\n    y = 2\n', 3, ['3:']],
  ])('%j', async (text, exitCode, expected) => {
    rig.write('work/bad.aurora', text);
    const result = await rig.aurora(['job', 'create', KEY, 'bad.aurora']);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stdout).toBe('');
    for (const part of expected) expect(result.stderr).toContain(part);
    expect(result.stderr).not.toMatch(/\.[jt]s:\d|undefined|\[object/);
  });

  test('a cluster that is not running is named with the command that starts it', async () => {
    expect(await rig.aurora(['job', 'kill', `${KEY}/0`])).toMatchObject({
      exitCode: 7,
      stderr: 'The local cluster cluster1 is not running: start it with `aurora cluster start cluster1`\n',
    });
  });

  test('a wrong clusters.yaml shows its place', async () => {
    rig.write('home/.aurora/clusters.yaml', 'clusters:\n  a: { agentz: [] }\n');
    const result = await rig.aurora(['cluster', 'status']);
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toContain('clusters.yaml:2:8');
    expect(result.stderr).toContain('Did you mean "agents"?');
  });

  test('on a terminal a typing mistake gets a suggestion', async () => {
    const result = await rig.aurora(['job', 'craete'], { terminal: 80 });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('Did you mean `aurora job create`?');
    expect((await rig.aurora(['jbo'], { terminal: 80 })).stderr).toContain('Did you mean `aurora job`?');
  });

  test('Ctrl-C', async () => {
    const interruption = new AbortController();
    interruption.abort();
    rig.write('etc/clusters.json', '[{"name": "west", "scheduler_uri": "http://127.0.0.1:9"}]');
    const transport = {
      send: () => Promise.reject(Object.assign(new Error('x'), { name: 'TransportError' })),
    };
    const result = await rig.aurora(['config', 'repl'], { interrupted: interruption.signal, transport });
    expect(result).toMatchObject({ exitCode: 130, stderr: 'ERROR] Command interrupted by user\n' });
  });
});

describe('config', () => {
  test('check finds everything at once, for people and machines', async () => {
    rig.write('work/good.aurora', HELLO);
    rig.write(
      'work/bad.aurora',
      HELLO.replace("name='hello'", "name='hel lo'").replace('cpu=0.1', "cpu='x'"),
    );
    expect(await rig.aurora(['config', 'check', 'good.aurora'])).toMatchObject({
      exitCode: 0,
      stdout: '1 file checked: 0 errors, 0 warnings\n',
    });
    const bad = await rig.aurora(['config', 'check', 'good.aurora', 'bad.aurora']);
    expect(bad.exitCode).toBe(1);
    expect(bad.stdout).toMatch(/^2 files checked: \d error/);
    const json = await rig.aurora(['config', 'check', '--format', 'json', 'bad.aurora']);
    const [first] = JSON.parse(json.stdout) as Array<{ severity: string; file: string; line: number }>;
    expect(first).toMatchObject({ severity: 'error', file: 'bad.aurora' });
    const github = await rig.aurora(['config', 'check', '--format', 'github', 'bad.aurora']);
    expect(github.stdout).toMatch(/^::error file=bad.aurora,line=\d+/);
  });

  test('compile gives the same bytes every time', async () => {
    rig.write('work/a.aurora', HELLO);
    const [first, second] = [
      await rig.aurora(['config', 'compile', 'a.aurora', 'hello']),
      await rig.aurora(['config', 'compile', 'a.aurora']),
    ];
    expect(first.stdout).toBe(second.stdout);
    expect(JSON.parse(first.stdout)).toMatchObject([{ key: KEY, jobConfiguration: { instanceCount: 1 } }]);
    expect((await rig.aurora(['config', 'compile', 'a.aurora', '--format', 'yaml'])).stdout).toContain(KEY);
  });

  test('eval, graph, list', async () => {
    rig.write('work/a.aurora', `x = 20 + 1\n${HELLO}`);
    expect((await rig.aurora(['config', 'eval', 'a.aurora', 'x * 2'])).stdout).toBe('42\n');
    expect((await rig.aurora(['config', 'graph', 'a.aurora'])).stdout).toMatch(/a[^]*b/);
    expect((await rig.aurora(['config', 'graph', 'a.aurora', '--format', 'dot'])).stdout).toContain(
      'digraph',
    );
    expect((await rig.aurora(['config', 'list', 'a.aurora'])).stdout).toBe(`jobs=[${KEY}]\n`);
  });

  test('repl: statements, blocks, mistakes', async () => {
    const input = 'x = 3\nx * 2\ndef f(a):\n  return a + 1\n\nf(x)\nnope\n[1,\n2]';
    const result = await rig.aurora(['config', 'repl'], { input });
    expect(result.stdout).toBe('6\n4\n[1, 2]\n');
    expect(result.stderr).toContain("name 'nope' is not defined");
    expect(result.exitCode).toBe(0);
  });

  test('fmt changes what is not in the house style, and --check only tells', async () => {
    rig.write('work/a.aurora', 'x=1 # one\n');
    expect(await rig.aurora(['config', 'fmt', '--check', 'a.aurora'])).toMatchObject({
      exitCode: 1,
      stdout: 'a.aurora is not formatted\n',
    });
    expect((await rig.aurora(['config', 'fmt', 'a.aurora'])).exitCode).toBe(0);
    expect(readFileSync(join(rig.work, 'a.aurora'), 'utf8')).toMatch(/^x = 1 +# one\n$/);
    expect((await rig.aurora(['config', 'fmt', '--check', 'a.aurora'])).exitCode).toBe(0);
  });
});

describe('help', () => {
  const leaves = AURORA_COMMANDS.flatMap((node) =>
    'verbs' in node
      ? node.verbs.map((leaf): [string, CommandLeaf] => [`${node.name} ${leaf.name}`, leaf])
      : [[node.name, node] as [string, CommandLeaf]],
  );

  test.each(leaves)('%s explains itself, with an example on a terminal', async (words, leaf) => {
    const { spec } = await leaf.load();
    expect(spec.path).toBe(`aurora ${words}`);
    expect(spec.example).toContain(words === 'completion' ? 'aurora completion' : spec.path);
    const piped = await rig.aurora([...words.split(' '), '--help']);
    expect(piped.exitCode).toBe(0);
    expect(piped.stdout).toMatch(/^usage: aurora /);
    const shown = await rig.aurora([...words.split(' '), '-h'], { terminal: 80 });
    expect(shown.stdout).toContain(`example:\n  ${spec.example}`);
  });

  test('the version is that of the package', async () => {
    const text = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8');
    expect((JSON.parse(text) as { version: string }).version).toBe(VERSION);
    expect((await rig.aurora(['--version'])).stdout).toBe(`${VERSION}\n`);
  });

  test.each(['bash', 'zsh', 'fish'])('completion for %s', async (shell) => {
    expect((await rig.aurora(['completion', shell])).stdout).toContain('aurora __complete');
  });

  test('words, options and clusters are completed', async () => {
    expect((await rig.aurora(['__complete', 'job', 'kil'])).stdout).toBe('kill\nkillall\n');
    expect((await rig.aurora(['__complete', 'job', 'kill', '--batch'])).stdout).toBe('--batch-size\n');
    expect((await rig.aurora(['__complete', 'cluster', 'start', 'clu'])).stdout).toBe('cluster1\n');
    expect((await rig.aurora(['__complete', 'nope', 'x'])).stdout).toBe('');
  });
});

describe('simulate', () => {
  test('a wrong scenario shows its place', async () => {
    rig.write('work/bad.yaml', 'name: x\nagentz: []\n');
    const bad = await rig.aurora(['simulate', 'bad.yaml']);
    expect(bad.exitCode).toBe(3);
    expect(bad.stderr).toContain('bad.yaml:');
  });
});

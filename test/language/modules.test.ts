import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { renderDiagnostic } from '../../src/base/diagnostic.js';
import type { EvaluateOptions } from '../../src/language/evaluate-options.js';
import { UncaughtError } from '../../src/language/exceptions/report.js';
import { evaluate } from '../../src/language/evaluate.js';
import type { ProgramRequest } from '../../src/language/host.js';
import { testHost } from '../rig/language-host.js';
import { runProgram } from '../rig/run-program.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'language-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(files: Record<string, string>, options: Partial<EvaluateOptions> = {}): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const host = testHost({ currentDirectory: folder });
  const { output, diagnostics } = runProgram(files['main.aurora'] ?? '', { host, ...options });
  return output + diagnostics.map((diagnostic) => renderDiagnostic(diagnostic)).join('\n');
}

describe('include', () => {
  it('shares names both ways and resolves against the including file', () => {
    const shown = run({
      'main.aurora': "base = 2\ninclude('lib/a.aurora')\nprint total, from_b, os.path.basename('x/y')\n",
      'lib/a.aurora': "import os\ntotal = base * 21\ninclude('b.aurora')\n",
      'lib/b.aurora': 'from_b = total + 1\n',
    });
    expect(shown).toBe('42 43 y\n');
  });

  it('runs a file each time it is included', () => {
    expect(
      run({
        'main.aurora': "n = 0\ninclude('a.aurora')\ninclude('a.aurora')\nprint n",
        'a.aurora': 'n += 1',
      }),
    ).toBe('2\n');
  });

  it('shows the chain of files in an error', () => {
    const shown = run({
      'main.aurora': "include('a.aurora')\n",
      'a.aurora': "include('b.aurora')\n",
      'b.aurora': 'x = DEFAULT_RAM\n',
    });
    expect(shown).toContain("name 'DEFAULT_RAM' is not defined");
    expect(shown).toMatch(/b\.aurora:1:5[^]*a\.aurora:1:1[^]*main\.aurora:1:1/);
  });

  it('finds a ring', () => {
    const shown = run({
      'main.aurora': "include('a.aurora')\n",
      'a.aurora': "include('b.aurora')\n",
      'b.aurora': "include('a.aurora')\n",
    });
    expect(shown).toContain('files include each other in a ring');
    expect(shown).toContain('a.aurora -> b.aurora -> a.aurora');
    expect(run({ 'main.aurora': "include('main.aurora')\n" })).toContain('ring');
  });

  it('reads regular files only', () => {
    mkdirSync(join(folder, 'directory'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    symlinkSync('/dev/zero', join(folder, 'zero'));
    expect(run({ 'main.aurora': "include('directory')" })).toContain("Is a directory: 'directory'");
    expect(run({ 'main.aurora': "include('pipe')" })).toContain('is not a regular file');
    expect(run({ 'main.aurora': "include('zero')" })).toContain('is not a regular file');
    expect(run({ 'main.aurora': "include('common/base.aurora')" })).toContain(
      "[Errno 2] No such file or directory: 'common/base.aurora'",
    );
  });

  it('stops after the budget of files', () => {
    const shown = run(
      { 'main.aurora': "while True: include('a.aurora')", 'a.aurora': 'x = 1' },
      { budgets: { includeFiles: 50 } },
    );
    expect(shown).toContain('included more than 50 files');
  });
});

describe('local modules', () => {
  it('have names of their own', () => {
    const shown = run({
      'main.aurora':
        'import helpers, pkg.inner\nfrom helpers import double as twice, COUNT\nprint helpers.double(4), twice(5), COUNT, pkg.inner.NAME\nhelpers.bump()\nprint helpers.COUNT',
      'helpers.py': 'COUNT = 1\ndef double(x):\n  return x * 2\ndef bump():\n  global COUNT\n  COUNT += 1\n',
      'pkg/__init__.py': '',
      'pkg/inner.py': "NAME = 'inner'\n",
    });
    expect(shown).toBe('8 10 1 inner\n2\n');
  });

  it('are unknown with the nearest name and a list', () => {
    const shown = run({ 'main.aurora': 'import jsn\n' });
    expect(shown).toContain('No module named jsn');
    expect(shown).toContain('Did you mean "json"?');
    expect(shown).toMatch(/available modules: .*hashlib.*textwrap/);
    expect(run({ 'main.aurora': 'from os import evniron\n' })).toContain('Did you mean "environ"?');
  });
});

describe('files', () => {
  it('are read relative to the working directory or the file', () => {
    const shown = run({
      'main.aurora':
        "with open('a.txt') as f: print f.read().strip(), f.closed\nprint f.closed, open('a.txt').readlines(), [l for l in open('a.txt')]",
      'a.txt': 'one\ntwo\n',
    });
    expect(shown).toBe("one\ntwo False\nTrue ['one\\n', 'two\\n'] ['one\\n', 'two\\n']\n");
    expect(run({ 'main.aurora': "open('checksums.json')" })).toContain(
      "[Errno 2] No such file or directory: 'checksums.json'",
    );
  });

  it('keep bytes that are no text', () => {
    writeFileSync(join(folder, 'blob'), Buffer.from([0, 255, 128, 10, 0xc3, 0xa9]));
    const shown = run({
      'main.aurora': "import hashlib\nprint hashlib.md5(open('blob', 'rb').read()).hexdigest()",
    });
    const md5 = execFileSync('md5sum', [join(folder, 'blob')], { encoding: 'utf8' }).slice(0, 32);
    expect(shown).toBe(`${md5}\n`);
  });

  it('cannot be written', () => {
    expect(run({ 'main.aurora': "open('x', 'w')" })).toContain(
      "may only read files, not open 'x' with mode 'w'",
    );
  });
});

describe('--hermetic', () => {
  const hermetic = { hermetic: true };

  it('closes environment, clock, randomness and files outside', () => {
    const programs = [
      "import os; os.environ['USER']",
      "import os; os.environ.get('X', 1)",
      "import os; os.getenv('X')",
      'import time; time.time()',
      'import random; random.random()',
      'import uuid; uuid.uuid4()',
      'import datetime; datetime.datetime.now()',
      'import getpass; getpass.getuser()',
      'import socket; socket.gethostname()',
      'import os; os.getcwd()',
      "open('/etc/passwd')",
      "include('/etc/passwd')",
      "import os; os.listdir('/')",
    ];
    for (const program of programs)
      expect(run({ 'main.aurora': program }, hermetic)).toContain('--hermetic does not allow');
    symlinkSync('/etc/passwd', join(folder, 'link'));
    expect(run({ 'main.aurora': "open('link')" }, hermetic)).toContain('--hermetic does not allow');
  });

  it('leaves the folder of the config open, and seeded randomness', () => {
    const program =
      "import random\nrandom.seed(1)\na = random.random()\nrandom.seed(1)\nassert a == random.random()\nprint open('a.txt').read()";
    expect(run({ 'main.aurora': program, 'a.txt': 'inside' }, hermetic)).toBe('inside\n');
  });
});

describe('subprocess', () => {
  it('names the flag that would allow a call', () => {
    expect(
      run({ 'main.aurora': "import subprocess\nsubprocess.check_output(['git', 'rev-parse'])" }),
    ).toContain('--allow-run git permits it.');
  });

  it('runs the named programs through the host', () => {
    const requests: ProgramRequest[] = [];
    const host = testHost({
      currentDirectory: folder,
      runProgram: (request) => {
        requests.push(request);
        return { status: request.argv[1] === 'bad' ? 1 : 0, stdout: 'abc\n', stderr: '' };
      },
    });
    const allowRun = new Set(['git']);
    const text =
      "import subprocess\nprint subprocess.check_output(['git', 'rev-parse', 'HEAD']).strip(), subprocess.call('git bad')\ntry:\n  subprocess.check_call(['git', 'bad'])\nexcept subprocess.CalledProcessError as e: print e";
    expect(run({ 'main.aurora': text }, { host, allowRun })).toBe(
      "abc 1\nCommand '['git', 'bad']' returned non-zero exit status 1\n",
    );
    expect(requests[0]?.argv).toEqual(['git', 'rev-parse', 'HEAD']);
    expect(
      run({ 'main.aurora': "import subprocess\nsubprocess.call(['sh', '-c', 'id'])" }, { host, allowRun }),
    ).toContain('--allow-run sh permits it.');
  });
});

describe('evaluation', () => {
  it('answers expressions, definitions and calls after the file has run', () => {
    const evaluation = evaluate(
      { path: 'a.aurora', text: 'x = 20\ndef f(n): return n + x\n' },
      { host: testHost() },
    );
    expect(evaluation.evaluateExpression('f(1) * 2')).toBe(42);
    expect(evaluation.execute('x = 30\nf(5)', 'repl')).toBe(35);
    expect(evaluation.call(evaluation.globals.get('f') ?? null, [1])).toBe(31);
    expect(evaluation.definitionSpan('f')?.start).toBe(11);
    expect(() => evaluation.evaluateExpression('nope')).toThrow("name 'nope' is not defined");
  });

  it('tells type and text of an uncaught exception', () => {
    let caught: unknown;
    try {
      evaluate(
        { path: 'a.aurora', text: "raise CoercionError('Cannot coerce')" },
        { host: testHost(), exceptions: new Map([['CoercionError', 'ValueError']]) },
      );
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(UncaughtError);
    const error = caught as UncaughtError;
    expect([error.exceptionType, error.exceptionMessage]).toEqual(['CoercionError', 'Cannot coerce']);
    expect(error.exceptionTypes).toContain('ValueError');
  });

  it('suggests names', () => {
    expect(run({ 'main.aurora': 'x = true' })).toContain('Did you mean "True"?');
    expect(run({ 'main.aurora': 'def f(): return os.getcwd()\nf()' })).toContain('Write "import os" first.');
    expect(run({ 'main.aurora': 'cluster = 1\nx = clsuter' })).toContain('Did you mean "cluster"?');
    expect(run({ 'main.aurora': '[].apend(1)' })).toContain('Did you mean "append"?');
    expect(run({ 'main.aurora': 'def make(env): pass\nmake(evn=1)' })).toContain('Did you mean "env"?');
  });
});

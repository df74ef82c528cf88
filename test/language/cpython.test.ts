import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../rig/run-program.js';

const folder = join(process.cwd(), 'test/testdata/language');
const programs = readdirSync(folder).filter((name) => /^cpython-.*\.py$/.test(name));
const probe = ['-c', 'import sys; print(sys.version_info[:2] == (3, 11))'];
const hasPython = spawnSync('python3', probe, { encoding: 'utf8' }).stdout.trim() === 'True';

// The texts of errors differ between releases of CPython; without 3.11 the eval-*.aurora programs stand alone.
(hasPython ? describe : describe.skip)('programs print what CPython 3.11 prints', () => {
  it.each(programs)('%s', (name) => {
    const path = join(folder, name);
    const original = spawnSync('python3', ['-W', 'ignore', path], { encoding: 'utf8' });
    expect(original.stderr).toBe('');
    const { output, diagnostics } = runProgram(readFileSync(path, 'utf8'), { mode: 'python3' }, name);
    expect(diagnostics).toEqual([]);
    expect(output.split('\n')).toEqual(original.stdout.split('\n'));
  });
});

import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { positionAt } from '../../src/base/source.js';
import { compareErrors, readChunks } from '../rig/chunked-file.js';
import { runProgram } from '../rig/run-program.js';

const folder = join(process.cwd(), 'test/testdata/language');
const files = readdirSync(folder).filter((name) => /^eval-.*\.aurora$/.test(name));

describe.each(files)('%s', (file) => {
  it.each(readChunks(join(folder, file)).map((chunk) => [chunk.name, chunk] as const))(
    '%s',
    (_name, chunk) => {
      const mode = file.includes('python3') ? 'python3' : 'python2';
      const { diagnostics } = runProgram(chunk.source, { mode });
      const found = diagnostics.map(({ message, span, stack }) => {
        const at = span ?? stack?.[0]?.span;
        return { line: at ? positionAt(at.file, at.start).line : 0, message };
      });
      expect(compareErrors(chunk, found)).toEqual([]);
    },
  );
});

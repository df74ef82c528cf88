import { readFileSync } from 'node:fs';

/**
 * A file of small programs for tests, after starlark-go's `chunkedfile`: programs are separated by lines of
 * `---`, and a line that must raise an error ends with `### "regex"` (or the regex between backquotes), which
 * the error's message must match. A chunk without `###` must run without error.
 *
 *     x = 1 / 0  ### "division by zero"
 *     ---
 *     assert 1 + 1 == 2
 */
export interface Chunk {
  /** `file.aurora:12`, the place of the chunk's first line, for test names. */
  readonly name: string;
  readonly path: string;
  /** The program alone: its line 1 is the chunk's first line. The `### ...` comments are still in it. */
  readonly source: string;
  /** The file's line number of the chunk's first line, from 1. */
  readonly firstLine: number;
  /** What must be raised, in the order of lines. */
  readonly expected: readonly ExpectedError[];
}

export interface ExpectedError {
  /** Line within the chunk, from 1. */
  readonly line: number;
  readonly pattern: RegExp;
}

/** An error that the program under test gave, with its line within the chunk. */
export interface FoundError {
  readonly line: number;
  readonly message: string;
}

export function readChunks(path: string): Chunk[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const chunks: Chunk[] = [];
  let first = 0;
  for (let at = 0; at <= lines.length; at++) {
    if (at < lines.length && lines[at] !== '---') continue;
    const part = lines.slice(first, at);
    if (part.some((line) => line.trim() !== '')) chunks.push(chunk(path, part, first + 1));
    first = at + 1;
  }
  return chunks;
}

/** One line for each difference between the errors wanted and the errors found; empty when they agree. */
export function compareErrors(chunk: Chunk, found: readonly FoundError[]): string[] {
  const differences: string[] = [];
  const left = [...found];
  for (const { line, pattern } of chunk.expected) {
    const at = left.findIndex((error) => error.line === line && pattern.test(error.message));
    if (at >= 0) left.splice(at, 1);
    else differences.push(`line ${chunk.firstLine + line - 1}: no error matches ${String(pattern)}`);
  }
  for (const { line, message } of left) {
    differences.push(`line ${chunk.firstLine + line - 1}: unexpected error: ${message}`);
  }
  return differences;
}

function chunk(path: string, lines: readonly string[], firstLine: number): Chunk {
  const expected: ExpectedError[] = [];
  for (const [index, line] of lines.entries()) {
    const match = /###\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)\s*$/.exec(line);
    if (match) {
      const quoted = match[1]?.replaceAll('\\"', '"');
      expected.push({ line: index + 1, pattern: new RegExp(quoted ?? match[2] ?? '', 's') });
    } else if (line.includes('###')) {
      throw new Error(`${path}:${firstLine + index}: ### must be followed by "regex" or \`regex\``);
    }
  }
  const name = `${path.slice(path.lastIndexOf('/') + 1)}:${firstLine}`;
  return { name, path, source: lines.join('\n') + '\n', firstLine, expected };
}

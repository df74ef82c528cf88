import { err, ok, type Result } from '../../base/result.js';

const BYTES: ReadonlyMap<string, number> = new Map([
  ['kb', 2 ** 10],
  ['gb', 2 ** 30],
  ['g', 2 ** 30],
  ['mb', 2 ** 20],
  ['tb', 2 ** 40],
  ['k', 2 ** 10],
  ['m', 2 ** 20],
  ['t', 2 ** 40],
]);

/** Whole megabytes of `2g`, `512MB` or a bare number of bytes; the error is the original's. */
export function parseMegabytes(text: string): Result<number, string> {
  const match = /^\s*(\d+)\s*([a-z]*)\s*$/i.exec(text);
  const unit = (match?.[2] ?? '').toLowerCase();
  const factor = unit === '' ? 1 : BYTES.get(unit);
  if (!match || factor === undefined)
    return err(
      `Invalid size: Amount did not have a valid base: ${text}.  Valid bases: ${[...BYTES.keys()].join(' ')}`,
    );
  return ok(Math.floor((Number(match[1]) * factor) / 2 ** 20));
}

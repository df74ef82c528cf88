import { setFlagsFromString } from 'node:v8';

/**
 * A config runs for some tenths of a second. V8 as it is in Node 20 optimises functions so early that it spends more on
 * that than they take, even where a thousand jobs are made in a loop; newer ones wait longer by themselves. Not while a
 * build keeps compiled code: it would fit no V8 without this.
 */
export function compileLater(): void {
  if (process.versions.v8.startsWith('11.') && !process.env['AURORA_KEEP_COMPILED_CODE'])
    setFlagsFromString('--interrupt-budget=1000000');
}

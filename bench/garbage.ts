import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A measurement of memory begins and ends with what is reachable only. It undoes compilation: take no time after it. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

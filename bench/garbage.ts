import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A measurement of memory begins and ends with what is reachable only. It undoes compilation: take no time after it. */
export function collectGarbage(): void {
  collector()();
}

/** What has just been made, and no more: leaves compiled code alone, so that time may be taken after it. */
export function collectYoungGarbage(): void {
  collector()({ type: 'minor' });
}

type Collect = (options?: { readonly type: 'minor' }) => void;

let collect: Collect | undefined;

/** Node gives it to a program only when asked at its start; a new context has it as soon as the flag is set. */
function collector(): Collect {
  setFlagsFromString('--expose-gc');
  collect ??= runInNewContext('gc') as Collect;
  return collect;
}

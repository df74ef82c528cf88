import type { Clock } from '../base/clock.js';

/** Ctrl-C, as the error that unwinds a command. */
export class Interruption extends Error {
  override readonly name = 'Interruption';

  constructor() {
    super('Command interrupted by user');
  }
}

/** Resolves after `delayMs`, or rejects with Interruption as soon as the signal fires. */
export function sleep(clock: Clock, delayMs: number, interrupted: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (interrupted.aborted) {
      reject(new Interruption());
      return;
    }
    const timer = clock.after(delayMs, () => {
      interrupted.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = (): void => {
      timer.cancel();
      reject(new Interruption());
    };
    interrupted.addEventListener('abort', onAbort, { once: true });
  });
}

/** Rejects with Interruption when the signal fires before `work` is done. */
export function orInterruption<T>(work: Promise<T>, interrupted: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(new Interruption());
    };
    if (interrupted.aborted) onAbort();
    interrupted.addEventListener('abort', onAbort, { once: true });
    work.then(
      (value) => {
        interrupted.removeEventListener('abort', onAbort);
        resolve(value);
      },
      (error: unknown) => {
        interrupted.removeEventListener('abort', onAbort);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

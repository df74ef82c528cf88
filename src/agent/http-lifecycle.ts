import type { Clock } from '../base/clock.js';
import type { HttpLifecycleConfig } from './executor-data.js';
import { httpSignal } from './health/http-signal.js';

export interface HttpLifecycleOptions {
  readonly clock: Clock;
  readonly config: HttpLifecycleConfig;
  readonly port: number;
  /** Resolves when the task's processes have ended by themselves. */
  readonly ended: Promise<void>;
  /** One POST; true when anything at all answered. */
  readonly post?: (port: number, endpoint: string) => Promise<boolean>;
}

const SIGNAL_TIMEOUT_MS = 1000;

/**
 * Asks a task to stop by itself before it is signalled: POST to the graceful endpoint, then to the hard one.
 * An endpoint that answers, whatever it says, is given its wait; one that does not is passed by at once.
 */
export async function stopOverHttp(options: HttpLifecycleOptions): Promise<void> {
  const { config } = options;
  const post = options.post ?? postSignal;
  const steps = [
    [config.gracefulShutdownEndpoint, config.gracefulShutdownWaitSecs],
    [config.shutdownEndpoint, config.shutdownWaitSecs],
  ] as const;
  for (const [endpoint, waitSecs] of steps) {
    if (!(await post(options.port, endpoint))) continue;
    if (await endsWithin(options, waitSecs * 1000)) return;
  }
}

async function postSignal(port: number, endpoint: string): Promise<boolean> {
  return (await httpSignal('POST', port, endpoint, SIGNAL_TIMEOUT_MS)).ok;
}

function endsWithin(options: HttpLifecycleOptions, waitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = options.clock.after(waitMs, () => {
      resolve(false);
    });
    void options.ended.then(() => {
      timer.cancel();
      resolve(true);
    });
  });
}

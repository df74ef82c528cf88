import { renderDiagnostic } from '../base/diagnostic.js';
import type { HookResponse } from '../config/hook-values.js';
import type { HookComplaint, HookedCall } from '../config/hooks.js';
import type { Response } from '../model/response.js';
import type { Context } from './context.js';
import { CommandError } from './exit-codes.js';
import type { LoadedJob } from './load-job.js';

/** The original ends with a Python exception here. */
const STOPPED = 1;

/**
 * Sends a request between the hooks of the job's config file, if the command was given one and the job asks
 * for them. What a `pre_` hook adds to the job is in it when `send` is called.
 */
export async function hookedCall(
  context: Context,
  job: LoadedJob | undefined,
  call: HookedCall,
  send: () => Promise<Response>,
): Promise<Response> {
  return betweenHooks(context, job, call, send, ({ responseCode, details }) => ({
    responseCode,
    messages: details.map(({ message }) => message ?? ''),
  }));
}

/** As `hookedCall`, for what takes several requests. */
export async function betweenHooks<T>(
  { console }: Context,
  job: LoadedJob | undefined,
  call: HookedCall,
  send: () => Promise<T>,
  responseOf: (outcome: T) => HookResponse,
): Promise<T> {
  if (!job?.picked.enableHooks) return send();
  const { ConfigHooks } = await import('../config/hooks.js');
  const hooks = new ConfigHooks(job.picked);
  const stopped = hooks.before(call);
  if (stopped.length > 0) {
    console.err(`Pre hooks stopped call to ${call.method}`);
    for (const { hook, reason, diagnostics } of stopped) {
      console.err(diagnostics.length > 0 ? `  ${hook} raised:` : `  ${hook}: ${reason}`);
      for (const diagnostic of diagnostics) console.errRaw(renderDiagnostic(diagnostic, console.errorStyle));
    }
    throw new CommandError(STOPPED, '', true);
  }
  const warn = (complaints: readonly HookComplaint[]): void => {
    for (const { hook, reason } of complaints) console.log('WARN', `Error in ${hook}: ${reason}`);
  };
  let outcome: T;
  try {
    outcome = await send();
  } catch (error) {
    warn(hooks.failed(call, error instanceof Error ? error.message : String(error)));
    throw error;
  }
  warn(hooks.after(call, responseOf(outcome)));
  return outcome;
}

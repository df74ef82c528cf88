import { DiagnosticError, type Diagnostic } from '../base/diagnostic.js';
import { Dict } from '../language/values/dict.js';
import { List } from '../language/values/list.js';
import { Tuple } from '../language/values/tuple.js';
import { NO_KEYWORDS, PyObject, type Runtime, type Value } from '../language/value.js';
import { Attributes, hookedConfig, hookedJobKey, hookedResponse, type HookResponse } from './hook-values.js';
import type { PickedJob } from './prepare-job.js';
import { guarded } from './config-error.js';

/** The calls of the scheduler's API that hooks surround. */
export type HookedMethod =
  'create_job' | 'add_instances' | 'kill_job' | 'restart' | 'start_cronjob' | 'start_job_update';

/** What a hook is given: the job's config and key by these words, everything else as it is. */
export type HookArgument =
  'config' | 'job_key' | null | number | { readonly text: string } | readonly number[];

export interface HookedCall {
  readonly method: HookedMethod;
  readonly args: readonly HookArgument[];
  readonly keywords?: Readonly<Record<string, HookArgument>>;
}

/** A hook that did not let a call through, or that failed after it. */
export interface HookComplaint {
  /** The hook's class and method: `Veto.pre_kill_job`. */
  readonly hook: string;
  readonly reason: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The hooks of a config file around one call of the scheduler's API, as `enable_hooks` of the job asks for them.
 * A hook is an object with any of `pre_<method>`, `post_<method>` and `err_<method>`; `generic_hook` takes the
 * place of those it lacks. Every hook runs, also after another has complained.
 */
export class ConfigHooks {
  readonly #config: Value;
  readonly #jobKey: Value;

  constructor(private readonly picked: PickedJob) {
    this.#config = hookedConfig(picked);
    this.#jobKey = hookedJobKey(picked.key);
  }

  /** The call may go on when nobody complains: a hook lets it through by returning something true. */
  before(call: HookedCall): HookComplaint[] {
    return this.#run('pre', call, undefined);
  }

  /** Complaints are for the log: the call has happened. */
  after(call: HookedCall, response: HookResponse): HookComplaint[] {
    const event = response.responseCode === 'OK' ? 'post' : 'err';
    return this.#run(event, call, hookedResponse(response));
  }

  /** The call did not get an answer. */
  failed(call: HookedCall, message: string): HookComplaint[] {
    return this.#run('err', call, message);
  }

  #run(event: 'pre' | 'post' | 'err', call: HookedCall, outcome: Value | undefined): HookComplaint[] {
    if (!this.picked.enableHooks) return [];
    return this.picked.config.hooks.flatMap((hook) => this.#runOne(hook, event, call, outcome) ?? []);
  }

  #runOne(
    hook: Value,
    event: 'pre' | 'post' | 'err',
    { method, args, keywords }: HookedCall,
    outcome: Value | undefined,
  ): HookComplaint | undefined {
    const { evaluation } = this.picked.config;
    const { runtime } = evaluation;
    const positional = args.map((each) => this.#value(each));
    const named = new Map(Object.entries(keywords ?? {}).map(([name, each]) => [name, this.#value(each)]));
    const specific = `${event}_${method}`;
    let name = specific;
    try {
      return guarded(evaluation, () => {
        const own = callableOf(hook, specific, runtime);
        const run = own ?? callableOf(hook, 'generic_hook', runtime);
        if (run === undefined) return undefined;
        let given: Value[];
        if (own === undefined) {
          name = 'generic_hook';
          const subject = new Attributes('HookConfig', { config: this.#config, job_key: this.#jobKey });
          const rest = [new Tuple(positional), Dict.fromEntries(named, runtime)];
          given = [subject, event, method, outcome ?? null, ...rest];
        } else given = outcome === undefined ? positional : [outcome, ...positional];
        const result = runtime.call(run, given, own ? named : NO_KEYWORDS, runtime.site());
        if (event !== 'pre' || runtime.truthy(result)) return undefined;
        const hint = result === null ? ': a hook lets the call through by returning True' : '';
        return {
          hook: nameOf(hook, name, runtime),
          reason: `returned ${runtime.repr(result)}${hint}`,
          diagnostics: [],
        };
      });
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      return { hook: nameOf(hook, name, runtime), reason: error.message, diagnostics: error.diagnostics };
    }
  }

  #value(argument: HookArgument): Value {
    if (argument === 'config') return this.#config;
    if (argument === 'job_key') return this.#jobKey;
    if (argument === null || typeof argument === 'number') return argument;
    if ('text' in argument) return argument.text;
    return new List([...argument]);
  }
}

/** Undefined when the hook does not take part in this event. */
function callableOf(hook: Value, name: string, runtime: Runtime): PyObject | undefined {
  if (!(hook instanceof PyObject)) return undefined;
  const found = hook.getAttribute(name, runtime);
  return found instanceof PyObject && found.isCallable() ? found : undefined;
}

function nameOf(hook: Value, method: string, runtime: Runtime): string {
  return `${runtime.typeName(hook)}.${method}`;
}

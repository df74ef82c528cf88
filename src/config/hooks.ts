import { PyObject, type CallSite, type Keywords, type Runtime, type Value } from '../language/value.js';
import { bindMethod, methodTable, type MethodTable } from '../language/values/method-table.js';
import { SimpleObject } from '../pystachio/simple.js';
import type { PickedJob } from './prepare-job.js';
import { guarded } from './config-error.js';

/** A call of the scheduler's API that hooks surround: `create_job`, `kill_job`, `start_job_update`. */
export type HookedCall = string;

/**
 * The hooks of a config file around one call. `before` runs `pre_<call>` of every hook in order; false stops
 * the call. `after` runs `post_<call>` with the result, `failed` runs `err_<call>` with the error's text.
 * Hooks run only when the job has `enable_hooks`.
 */
export class ConfigHooks {
  readonly #config: HookConfig;

  constructor(private readonly picked: PickedJob) {
    this.#config = new HookConfig(picked);
  }

  before(call: HookedCall, args: readonly Value[] = []): boolean {
    return this.#run('pre', call, args);
  }

  after(call: HookedCall, result: Value, args: readonly Value[] = []): boolean {
    return this.#run('post', call, [...args, result]);
  }

  failed(call: HookedCall, error: string, args: readonly Value[] = []): boolean {
    return this.#run('err', call, [...args, error]);
  }

  #run(event: 'pre' | 'post' | 'err', call: HookedCall, args: readonly Value[]): boolean {
    if (!this.picked.enableHooks) return true;
    const { evaluation, hooks } = this.picked.config;
    return hooks.every((hook) => {
      const method = guarded(evaluation, () => methodOf(hook, `${event}_${call}`, evaluation.runtime));
      return method === undefined || evaluation.call(method, [this.#config, ...args]) !== false;
    });
  }
}

/** Undefined when the hook does not take part in this event. */
function methodOf(hook: Value, name: string, runtime: Runtime): Value | undefined {
  if (!(hook instanceof PyObject)) return undefined;
  const found = hook.getAttribute(name, runtime);
  return found instanceof PyObject && found.isCallable() ? found : undefined;
}

/** The job as hooks see it. */
class HookConfig extends PyObject {
  constructor(readonly picked: PickedJob) {
    super();
  }

  typeName(): string {
    return 'AuroraConfig';
  }

  override getAttribute(name: string): Value | undefined {
    return bindMethod(this, hookMethods, name);
  }

  override attributeNames(): Iterable<string> {
    return hookMethods.keys();
  }

  override call(_args: readonly Value[], _keywords: Keywords, _site: CallSite, runtime: Runtime): Value {
    return runtime.raise('TypeError', "'AuroraConfig' object is not callable");
  }
}

const hookMethods: MethodTable<HookConfig> = methodTable<HookConfig>([
  [
    'add_metadata',
    'key value',
    (self, [key, value], runtime) => {
      self.picked.addedMetadata.push({ key: runtime.str(key ?? null), value: runtime.str(value ?? null) });
      return null;
    },
  ],
  ['raw', '', (self) => self.picked.job],
  ['cluster', '', (self) => self.picked.key.cluster],
  ['role', '', (self) => self.picked.key.role],
  ['environment', '', (self) => self.picked.key.environment],
  ['name', '', (self) => self.picked.key.name],
  ['instances', '', (self) => fieldValue(self, 'instances')],
  ['service', '', (self) => fieldValue(self, 'service')],
  ['job_key', '', (self) => Object.values(self.picked.key).join('/')],
]);

function fieldValue(config: HookConfig, field: string): Value {
  const object = config.picked.interpolated.field(field);
  return object instanceof SimpleObject ? object.payload : null;
}

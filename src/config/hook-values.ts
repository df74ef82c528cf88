import type { ResponseCode } from '../model/response.js';
import { formatClusterJobKey, type ClusterJobKey } from '../model/job-key.js';
import { PyObject, type CallSite, type Keywords, type Runtime, type Value } from '../language/value.js';
import { List } from '../language/values/list.js';
import { bindMethod, methodTable, type MethodTable } from '../language/values/method-table.js';
import { SimpleObject } from '../pystachio/simple.js';
import type { PickedJob } from './prepare-job.js';

/** The scheduler's answer, as far as hooks look at it. */
export interface HookResponse {
  readonly responseCode: ResponseCode;
  readonly messages: readonly string[];
}

export function hookedConfig(picked: PickedJob): Value {
  return new HookedConfig(picked);
}

export function hookedJobKey(key: ClusterJobKey): Value {
  const { cluster, role, environment, name } = key;
  return new Attributes('AuroraJobKey', { cluster, role, env: environment, name }, formatClusterJobKey(key));
}

export function hookedResponse({ responseCode, messages }: HookResponse): Value {
  const details = new List(messages.map((message) => new Attributes('ResponseDetail', { message }, message)));
  const text = [responseCode, ...messages].join(': ');
  return new Attributes('Response', { responseCode: CODES[responseCode], details }, text);
}

/** As Aurora's API numbers them. */
const CODES: Readonly<Record<ResponseCode, number>> = {
  INVALID_REQUEST: 0,
  OK: 1,
  ERROR: 2,
  WARNING: 3,
  AUTH_FAILED: 4,
  JOB_UPDATING_ERROR: 5,
  ERROR_TRANSIENT: 6,
};

/** An object that has these attributes and nothing else. */
export class Attributes extends PyObject {
  readonly #attributes: ReadonlyMap<string, Value>;

  constructor(
    private readonly type: string,
    attributes: Readonly<Record<string, Value>>,
    private readonly text = `<${type} object>`,
  ) {
    super();
    this.#attributes = new Map(Object.entries(attributes));
  }

  typeName(): string {
    return this.type;
  }

  override getAttribute(name: string): Value | undefined {
    return this.#attributes.get(name);
  }

  override attributeNames(): Iterable<string> {
    return this.#attributes.keys();
  }

  override str(): string {
    return this.text;
  }
}

/** The job as hooks see it. */
class HookedConfig extends PyObject {
  constructor(readonly picked: PickedJob) {
    super();
  }

  typeName(): string {
    return 'AuroraConfig';
  }

  override getAttribute(name: string): Value | undefined {
    return bindMethod(this, methods, name);
  }

  override attributeNames(): Iterable<string> {
    return methods.keys();
  }

  override call(_args: readonly Value[], _keywords: Keywords, _site: CallSite, runtime: Runtime): Value {
    return runtime.raise('TypeError', "'AuroraConfig' object is not callable");
  }
}

const methods: MethodTable<HookedConfig> = methodTable<HookedConfig>([
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
  ['job_key', '', (self) => hookedJobKey(self.picked.key)],
]);

function fieldValue(config: HookedConfig, field: string): Value {
  const object = config.picked.interpolated.field(field);
  return object instanceof SimpleObject ? object.payload : null;
}

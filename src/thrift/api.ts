import type { HostMaintenanceRequest, Hosts } from '../model/host.js';
import type { JobConfiguration } from '../model/job-configuration.js';
import type { InstanceKey, JobKey } from '../model/job-key.js';
import type { JobUpdateKey, JobUpdateQuery, JobUpdateRequest } from '../model/job-update.js';
import type { ResourceAggregate } from '../model/quota.js';
import type { ExplicitReconciliationSettings, Response } from '../model/response.js';
import type { ScheduleStatus, TaskQuery } from '../model/scheduled-task.js';
import type { SlaPolicy } from '../model/task-config.js';
import type { DecodeLimits } from './binary-buffer.js';
import { complete } from './complete.js';
import { loadSchema } from './load-schema.js';
import { decodeMessage, encodeMessage, type Envelope, type Protocol } from './message.js';
import type { Method, ValueType } from './schema.js';
import { ThriftError } from './thrift-error.js';

/** The arguments of every method of the scheduler's API, by name; a caller may leave any out. */
export interface ApiArguments {
  getRoleSummary: NoArguments;
  getJobSummary: { role?: string };
  getTasksStatus: { query?: TaskQuery };
  getTasksWithoutConfigs: { query?: TaskQuery };
  getPendingReason: { query?: TaskQuery };
  getConfigSummary: { job?: JobKey };
  getJobs: { ownerRole?: string };
  getQuota: { ownerRole?: string };
  populateJobConfig: { description?: JobConfiguration };
  getJobUpdateSummaries: { jobUpdateQuery?: JobUpdateQuery };
  getJobUpdateDetails: { key?: JobUpdateKey; query?: JobUpdateQuery };
  getJobUpdateDiff: { request?: JobUpdateRequest };
  getTierConfigs: NoArguments;
  createJob: { description?: JobConfiguration };
  scheduleCronJob: { description?: JobConfiguration };
  descheduleCronJob: { job?: JobKey };
  startCronJob: { job?: JobKey };
  restartShards: { job?: JobKey; shardIds?: readonly number[] };
  killTasks: { job?: JobKey; instances?: readonly number[]; message?: string };
  addInstances: { key?: InstanceKey; count?: number };
  replaceCronTemplate: { config?: JobConfiguration };
  startJobUpdate: { request?: JobUpdateRequest; message?: string };
  pauseJobUpdate: { key?: JobUpdateKey; message?: string };
  resumeJobUpdate: { key?: JobUpdateKey; message?: string };
  abortJobUpdate: { key?: JobUpdateKey; message?: string };
  rollbackJobUpdate: { key?: JobUpdateKey; message?: string };
  pulseJobUpdate: { key?: JobUpdateKey };
  setQuota: { ownerRole?: string; quota?: ResourceAggregate };
  forceTaskState: { taskId?: string; status?: ScheduleStatus };
  performBackup: NoArguments;
  listBackups: NoArguments;
  stageRecovery: { backupId?: string };
  queryRecovery: { query?: TaskQuery };
  deleteRecoveryTasks: { query?: TaskQuery };
  commitRecovery: NoArguments;
  unloadRecovery: NoArguments;
  startMaintenance: { hosts?: Hosts };
  drainHosts: { hosts?: Hosts };
  maintenanceStatus: { hosts?: Hosts };
  endMaintenance: { hosts?: Hosts };
  slaDrainHosts: { hosts?: Hosts; defaultSlaPolicy?: SlaPolicy; timeoutSecs?: number };
  snapshot: NoArguments;
  triggerExplicitTaskReconciliation: { settings?: ExplicitReconciliationSettings };
  triggerImplicitTaskReconciliation: NoArguments;
  pruneTasks: { query?: TaskQuery };
}

type NoArguments = Readonly<Record<string, never>>;

export type ApiMethod = keyof ApiArguments;

/** The structs of the API that this project stores or sends outside of a call. */
export interface ApiStructs {
  HostMaintenanceRequest: HostMaintenanceRequest;
}

/** Carries one message to the scheduler and brings the answer, over whatever connects them. */
export type Transport = (message: Uint8Array) => Promise<Uint8Array>;

/** Calls a method of the scheduler; a ThriftError means that the two do not speak the same language. */
export async function callMethod<M extends ApiMethod>(
  transport: Transport,
  method: M,
  args: ApiArguments[M],
  protocol: Protocol = 'binary',
): Promise<Response> {
  return decodeReply(protocol, method, await transport(encodeCall(protocol, method, args)));
}

export function encodeCall<M extends ApiMethod>(
  protocol: Protocol,
  method: M,
  args: ApiArguments[M],
  sequenceId = 0,
): Buffer {
  const type: ValueType = { kind: 'struct', struct: methodNamed(method).parameters };
  return encodeMessage(protocol, { method, type: 'CALL', sequenceId }, type, args);
}

/** One call as the scheduler receives it; `args` are of the method's own type. */
export type ApiCall = {
  [M in ApiMethod]: { readonly method: M; readonly sequenceId: number; readonly args: ApiArguments[M] };
}[ApiMethod];

/**
 * Reads a call and fills in what the caller left out. Throws UnknownMethodError or BadArgumentsError, which
 * still let the server answer under the caller's name, or a plain ThriftError when not even that was readable.
 */
export function decodeCall(protocol: Protocol, bytes: Uint8Array, limits?: DecodeLimits): ApiCall {
  let head: Envelope | undefined;
  try {
    const { envelope, body } = decodeMessage(
      protocol,
      bytes,
      (read) => {
        const type = callType(read);
        head = read;
        return type;
      },
      limits,
    );
    return { method: envelope.method, sequenceId: envelope.sequenceId, args: body } as ApiCall;
  } catch (error) {
    if (head && error instanceof ThriftError) throw new BadArgumentsError(head, error);
    throw error;
  }
}

/** The same call with every field that is not optional; throws BadArgumentsError when a struct is missing. */
export function completeCall(call: ApiCall): ApiCall {
  const type: ValueType = { kind: 'struct', struct: methodNamed(call.method).parameters };
  try {
    return { ...call, args: complete(type, call.args) } as ApiCall;
  } catch (error) {
    if (!(error instanceof ThriftError)) throw error;
    throw new BadArgumentsError({ method: call.method, type: 'CALL', sequenceId: call.sequenceId }, error);
  }
}

/** The call's arguments are not what the method takes; `path` begins with the argument's name. */
export class BadArgumentsError extends ThriftError {
  constructor(
    readonly envelope: Envelope,
    cause: ThriftError,
  ) {
    super(cause.reason, cause.path);
  }
}

export class UnknownMethodError extends ThriftError {
  constructor(readonly envelope: Envelope) {
    super(`Invalid method name: '${envelope.method}'`);
  }
}

export function encodeReply(
  protocol: Protocol,
  method: string,
  sequenceId: number,
  response: Response,
): Buffer {
  return encodeMessage(protocol, { method, type: 'REPLY', sequenceId }, replyType(method), {
    success: response,
  });
}

/** Thrift's own way to say that a call could not even be understood. */
export function encodeException(
  protocol: Protocol,
  method: string,
  sequenceId: number,
  exception: ApplicationException,
): Buffer {
  return encodeMessage(protocol, { method, type: 'EXCEPTION', sequenceId }, EXCEPTION_TYPE, exception);
}

/** Numbers of Thrift's TApplicationException. */
export const EXCEPTION_TYPES = { UNKNOWN_METHOD: 1, INVALID_MESSAGE_TYPE: 2, PROTOCOL_ERROR: 7 } as const;

export interface ApplicationException {
  readonly message?: string;
  readonly type?: number;
}

/** The scheduler did not understand the call. */
export class CallRefusedError extends ThriftError {
  constructor(readonly exception: ApplicationException) {
    super(exception.message ?? 'the scheduler refused the call without a reason');
  }
}

export function decodeReply(protocol: Protocol, method: string, bytes: Uint8Array): Response {
  const { envelope, body } = decodeMessage(protocol, bytes, (head) => {
    if (head.type === 'EXCEPTION') return EXCEPTION_TYPE;
    if (head.method !== method)
      throw new ThriftError(`the answer is to ${head.method}, but ${method} was called`);
    if (head.type !== 'REPLY') throw new ThriftError(`a ${head.type} is no answer`);
    return replyType(method);
  });
  if (envelope.type === 'EXCEPTION') throw new CallRefusedError(body as ApplicationException);
  const { success } = body as { success?: Response };
  if (!success) throw new ThriftError(`the answer to ${method} is empty`);
  return success;
}

/** The method of that name, or a throw: the caller knows that it exists. */
export function methodNamed(name: string): Method {
  const method = loadSchema('api.thrift').methods.get(name);
  if (!method) throw new ThriftError(`Method ${name} does not exist.`);
  return method;
}

function callType(envelope: Envelope): ValueType {
  if (envelope.type !== 'CALL') throw new ThriftError(`expected a CALL, not a ${envelope.type}`);
  const method = loadSchema('api.thrift').methods.get(envelope.method);
  if (!method) throw new UnknownMethodError(envelope);
  return { kind: 'struct', struct: method.parameters };
}

const replyTypes = new Map<string, ValueType>();

/** Field 0 of a reply holds what the method returns. */
function replyType(method: string): ValueType {
  let type = replyTypes.get(method);
  if (!type) {
    const field = { id: 0, name: 'success', optional: true, type: methodNamed(method).result };
    type = { kind: 'struct', struct: { name: `${method} reply`, isUnion: false, fields: [field] } };
    replyTypes.set(method, type);
  }
  return type;
}

const EXCEPTION_TYPE: ValueType = {
  kind: 'struct',
  struct: {
    name: 'TApplicationException',
    isUnion: false,
    fields: [
      { id: 1, name: 'message', optional: true, type: { kind: 'string' } },
      { id: 2, name: 'type', optional: true, type: { kind: 'i32' } },
    ],
  },
};

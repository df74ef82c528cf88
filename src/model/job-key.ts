import { err, ok, type Result } from '../base/result.js';

/** Names a job inside one cluster: `role/environment/name`. */
export interface JobKey {
  readonly role: string;
  readonly environment: string;
  readonly name: string;
}

/** One instance of a job. */
export interface InstanceKey {
  readonly jobKey: JobKey;
  readonly instanceId: number;
}

/** A job key with its cluster, as users type it: `cluster/role/environment/name`. */
export interface ClusterJobKey extends JobKey {
  readonly cluster: string;
}

const IDENTIFIER = /^[\w\-.]+$/;
const LONGEST_IDENTIFIER = 255;

/** Whether a role, environment or job name is acceptable to client and scheduler alike. */
export function isIdentifier(text: string): boolean {
  return text.length <= LONGEST_IDENTIFIER && IDENTIFIER.test(text);
}

export function isValidJobKey(key: JobKey): boolean {
  return isIdentifier(key.role) && isIdentifier(key.environment) && isIdentifier(key.name);
}

/** `role/environment/name`: the canonical text, also usable as a Map key. */
export function formatJobKey(key: JobKey): string {
  return `${key.role}/${key.environment}/${key.name}`;
}

export function formatClusterJobKey(key: ClusterJobKey): string {
  return `${key.cluster}/${formatJobKey(key)}`;
}

export function sameJobKey(a: JobKey, b: JobKey): boolean {
  return a.role === b.role && a.environment === b.environment && a.name === b.name;
}

/** Parses `cluster/role/environment/name`; the error is a sentence for the user. */
export function parseClusterJobKey(text: string): Result<ClusterJobKey, string> {
  const parts = text.split('/');
  const [cluster, role, environment, name] = parts;
  if (
    parts.length !== 4 ||
    !cluster ||
    role === undefined ||
    environment === undefined ||
    name === undefined
  ) {
    return err(`Invalid path '${text}'. path should be a string in the form CLUSTER/ROLE/ENV/NAME`);
  }
  for (const [field, value] of [
    ['role', role],
    ['env', environment],
    ['name', name],
  ] as const) {
    if (!isIdentifier(value)) return err(`Invalid ${field} '${value}'`);
  }
  return ok({ cluster, role, environment, name });
}

import { createHash } from 'node:crypto';
import type { AnnouncerAcl, AnnouncerPermission } from '../../model/cluster.js';
import { JuteWriter } from './jute.js';

/** Request types, and the transaction ids that are no counters, of ZooKeeper's `ZooDefs.OpCode`. */
export const OPERATION = { create: 1, delete: 2, exists: 3, ping: 11, auth: 100, close: -11 } as const;
export const SPECIAL_XID = { watch: -1, ping: -2, auth: -4 } as const;

/** `KeeperException.Code`. */
export const CODE = { noNode: -101, nodeExists: -110, sessionExpired: -112 } as const;
const CODE_NAMES: ReadonlyMap<number, string> = new Map([
  [-4, 'the connection was lost'],
  [CODE.noNode, 'no such node'],
  [-102, 'not allowed'],
  [-108, 'an ephemeral node has no children'],
  [CODE.nodeExists, 'the node exists'],
  [CODE.sessionExpired, 'the session has expired'],
  [-114, 'the ACL is not valid'],
  [-115, 'authentication failed'],
]);

/** ZooKeeper answered with an error code. */
export class ZooKeeperError extends Error {
  override readonly name = 'ZooKeeperError';

  constructor(
    readonly code: number,
    what: string,
  ) {
    super(`${what}: ${CODE_NAMES.get(code) ?? `ZooKeeper error ${code}`}`);
  }
}

export interface Session {
  readonly id: bigint;
  readonly password: Buffer;
  readonly timeoutMs: number;
  /** The newest transaction seen: a server that is behind it is not taken. */
  readonly zxid: bigint;
}

export const NO_SESSION = { id: 0n, password: Buffer.alloc(16), zxid: 0n } as const;

export function connectRequest(session: Session): JuteWriter {
  const { id, password, timeoutMs, zxid } = session;
  return new JuteWriter().int(0).long(zxid).int(timeoutMs).long(id).buffer(password).boolean(false);
}

/** A header alone is a whole request for `ping` and `close`. */
export function requestHeader(xid: number, operation: number): JuteWriter {
  return new JuteWriter().int(xid).int(operation);
}

export interface Acl {
  readonly permissions: number;
  readonly scheme: string;
  readonly id: string;
}

export const OPEN_ACL: readonly Acl[] = [{ permissions: 31, scheme: 'world', id: 'anyone' }];

const BITS: Readonly<Record<AnnouncerPermission, number>> = {
  read: 1,
  write: 2,
  create: 4,
  delete: 8,
  admin: 16,
};

/** What the configuration says, as ZooKeeper stores it: a digest instead of a password. */
export function toAcl(entry: AnnouncerAcl): Acl {
  const permissions = Object.entries(BITS).reduce(
    (sum, [name, bit]) => (entry.permissions?.[name as AnnouncerPermission] === true ? sum + bit : sum),
    0,
  );
  const [user = ''] = entry.credential.split(':');
  const digest = createHash('sha1').update(entry.credential).digest('base64');
  return {
    permissions,
    scheme: entry.scheme,
    id: entry.scheme === 'digest' ? `${user}:${digest}` : entry.credential,
  };
}

export interface NewNode {
  readonly path: string;
  readonly data: string;
  readonly acl: readonly Acl[];
  /** Ephemeral and sequential: goes with the session, gets ten digits behind its name. */
  readonly isMember: boolean;
}

export function writeCreate(request: JuteWriter, node: NewNode): void {
  request.text(node.path).text(node.data).int(node.acl.length);
  for (const { permissions, scheme, id } of node.acl) request.int(permissions).text(scheme).text(id);
  request.int(node.isMember ? 3 : 0);
}

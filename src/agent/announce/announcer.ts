import type { Clock, Timer } from '../../base/clock.js';
import type { Logger } from '../../base/logging.js';
import type { AnnouncerDefinition } from '../../model/cluster.js';
import type { Announcement } from './announcement.js';
import { CODE, OPEN_ACL, toAcl, ZooKeeperError, type Acl } from './zookeeper-protocol.js';
import { ConnectionLost, ZooKeeperSession } from './zookeeper-session.js';

export interface AnnouncerParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly definition: AnnouncerDefinition;
}

export interface Membership {
  /** Its node goes at once, or with the session where the ensemble cannot be reached. */
  leave(): void;
}

export interface JoinRequest {
  readonly announcement: Announcement;
  /** Longest wait for the first node; undefined waits for ever. */
  readonly timeoutMs: number | undefined;
  /** Called once when that was too long, with the reason. */
  readonly onTimeout: (problem: string) => void;
}

interface Member {
  readonly announcement: Announcement;
  node: string | undefined;
  /** Creating or deleting right now. */
  busy: boolean;
  left: boolean;
  /** Ends the wait for the first node. */
  limit: Timer | undefined;
  /** Tries again. */
  retry: Timer | undefined;
}

const DEFAULT_SESSION_MS = 10_000;
const DEFAULT_PORT = 2181;
const RETRY_MS = 15_000;

/**
 * Keeps a node in ZooKeeper for every announced task of this agent: ephemeral and sequential, made again
 * whenever a session was lost. All tasks share one session, open while there is a member.
 */
export class Announcer {
  readonly #parts: AnnouncerParts;
  readonly #members = new Set<Member>();
  readonly #acl: readonly Acl[];
  #session: ZooKeeperSession | undefined;

  constructor(parts: AnnouncerParts) {
    this.#parts = parts;
    this.#acl = parts.definition.acl?.map(toAcl) ?? OPEN_ACL;
  }

  join(request: JoinRequest): Membership {
    const member: Member = {
      announcement: request.announcement,
      node: undefined,
      busy: false,
      left: false,
      limit: undefined,
      retry: undefined,
    };
    this.#members.add(member);
    if (request.timeoutMs !== undefined)
      member.limit = this.#parts.clock.after(request.timeoutMs, () => {
        if (member.node === undefined && !member.left)
          request.onTimeout(this.#session?.problem ?? 'ZooKeeper has not answered');
      });
    this.#session ??= this.#open();
    this.#settle(member);
    return {
      leave: () => {
        cancelTimers(member);
        member.left = true;
        this.#settle(member);
      },
    };
  }

  /** The agent goes, the tasks stay: so do their nodes, until the next agent makes its own. */
  abandon(): void {
    this.#session?.abandon();
    for (const member of this.#members) cancelTimers(member);
    this.#members.clear();
    this.#session = undefined;
  }

  #open(): ZooKeeperSession {
    const { clock, logger, definition } = this.#parts;
    return new ZooKeeperSession({
      clock,
      logger,
      servers: definition.zookeeper
        .split(',')
        .map((server) => (server.includes(':') ? server : `${server}:${DEFAULT_PORT}`)),
      timeoutMs: Math.round((definition.sessionTimeoutSecs ?? DEFAULT_SESSION_MS / 1000) * 1000),
      auth: definition.auth ?? [],
      onReady: (fresh) => {
        for (const member of [...this.#members]) {
          if (fresh) member.node = undefined;
          this.#settle(member);
        }
      },
    });
  }

  /** One step towards what should be: a node while the task is announced, none afterwards. */
  #settle(member: Member): void {
    const session = this.#session;
    if (!session || member.busy || !this.#members.has(member)) return;
    if (member.left && (member.node === undefined || this.#isLast(member))) {
      this.#forget(member);
      return;
    }
    if (!session.isReady || member.left === (member.node === undefined)) return;
    member.busy = true;
    const step = member.left ? this.#remove(session, member) : this.#create(session, member);
    void step.then(
      () => {
        member.busy = false;
        this.#settle(member);
      },
      (error: unknown) => {
        member.busy = false;
        this.#onFailure(session, member, error as Error);
      },
    );
  }

  /** A node made on a connection that broke may exist all the same: only a new session makes sure. */
  #onFailure(session: ZooKeeperSession, member: Member, error: Error): void {
    if (session !== this.#session) return;
    if (error instanceof ConnectionLost) {
      if (member.node === undefined) session.restart();
      return;
    }
    const { clock, logger } = this.#parts;
    logger.warn('announcing', { path: member.announcement.path, error: error.message });
    session.problem = error.message;
    if (member.left) this.#forget(member);
    else
      member.retry = clock.after(RETRY_MS, () => {
        this.#settle(member);
      });
  }

  async #create(session: ZooKeeperSession, member: Member): Promise<void> {
    const { path, data } = member.announcement;
    const acl = this.#acl;
    const node = { path: `${path}/member_`, data, acl, isMember: true };
    try {
      member.node = await session.create(node);
    } catch (error) {
      if (!isCode(error, CODE.noNode)) throw error;
      await this.#createParents(session, path);
      member.node = await session.create(node);
    }
  }

  async #createParents(session: ZooKeeperSession, path: string): Promise<void> {
    const parts = path.split('/').slice(1);
    for (let length = 1; length <= parts.length; length++) {
      const parent = `/${parts.slice(0, length).join('/')}`;
      try {
        await session.create({ path: parent, data: '', acl: this.#acl, isMember: false });
      } catch (error) {
        if (!isCode(error, CODE.nodeExists)) throw error;
      }
    }
  }

  async #remove(session: ZooKeeperSession, member: Member): Promise<void> {
    try {
      if (member.node !== undefined) await session.delete(member.node);
    } catch (error) {
      if (!isCode(error, CODE.noNode)) throw error;
    }
    member.node = undefined;
  }

  #isLast(member: Member): boolean {
    return this.#members.size === 1 && this.#members.has(member);
  }

  #forget(member: Member): void {
    this.#members.delete(member);
    if (this.#members.size > 0) return;
    this.#session?.close();
    this.#session = undefined;
  }
}

function cancelTimers(member: Member): void {
  member.limit?.cancel();
  member.retry?.cancel();
}

function isCode(error: unknown, code: number): boolean {
  return error instanceof ZooKeeperError && error.code === code;
}

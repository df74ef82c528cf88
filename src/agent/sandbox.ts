import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { UserAccount } from '../thermos/task-runner-options.js';

/** A sandbox that cannot be made; the text follows `Failed to initialize sandbox: `. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}

/**
 * Where an agent's sandboxes are. As root, tasks run as their roles' users, who must be able to reach their
 * sandbox: when the agent's directory is closed to others (below /root, say), sandboxes live in a place of
 * their own, named by a hash of the directory, with the directory's path in the file `agent`.
 */
export function sandboxHome(agentDirectory: string, sharedHome = SHARED_HOME): string | undefined {
  if (process.getuid?.() !== 0 || isOpenToAll(agentDirectory)) return undefined;
  return join(sharedHome, agentName(agentDirectory));
}

/** Agents of one host share places, cgroup hierarchies too: each has a name of its own there. */
export function agentName(agentDirectory: string): string {
  return createHash('sha256').update(agentDirectory).digest('hex').slice(0, 16);
}

const SHARED_HOME = '/var/lib/aurora/sandboxes';
const OWNER_FILE = 'agent';

/** Removes sandboxes whose agent's directory is gone: nobody else ever will. */
export function removeForsakenHomes(sharedHome = SHARED_HOME): string[] {
  const removed: string[] = [];
  for (const name of listOrNothing(sharedHome)) {
    const home = join(sharedHome, name);
    const owner = readOrNothing(join(home, OWNER_FILE))?.trimEnd();
    if (owner === undefined || statSync(owner, { throwIfNoEntry: false })) continue;
    rmSync(home, { recursive: true, force: true });
    removed.push(home);
  }
  return removed;
}

export interface SandboxPlace {
  readonly agentDirectory: string;
  /** Where users look for it: `tasks/ID/sandbox`. */
  readonly link: string;
  /** From `sandboxHome`. */
  readonly home: string | undefined;
}

/** Creates the sandbox: 0700, owned by the account when there is one. What exists is kept. */
export function createSandbox(place: SandboxPlace, taskId: string, account: UserAccount | undefined): string {
  const { link, home } = place;
  const path = home === undefined ? link : join(home, taskId);
  try {
    if (home !== undefined) makeHome(home, place.agentDirectory);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (path !== link && !lstatSync(link, { throwIfNoEntry: false })) symlinkSync(path, link);
  } catch (error) {
    throw new SandboxError(`Failed to create the sandbox: ${(error as Error).message}`);
  }
  try {
    if (account && process.getuid?.() === 0) chownSync(path, account.uid, account.gid);
    chmodSync(path, 0o700);
  } catch (error) {
    throw new SandboxError(`Failed to chown/chmod the sandbox: ${(error as Error).message}`);
  }
  return path;
}

/** Whatever the umask, everybody may pass and nobody may list. */
function makeHome(home: string, agentDirectory: string): void {
  for (const directory of [dirname(dirname(home)), dirname(home), home])
    if (mkdirSync(directory, { recursive: true }) !== undefined) chmodSync(directory, 0o711);
  const owner = join(home, OWNER_FILE);
  if (!statSync(owner, { throwIfNoEntry: false }))
    writeFileSync(owner, `${agentDirectory}\n`, { mode: 0o600 });
}

/** Every directory from the root down lets anybody pass. */
function isOpenToAll(path: string): boolean {
  for (let directory = path; ; directory = dirname(directory)) {
    const stat = statSync(directory, { throwIfNoEntry: false });
    if (!stat || (stat.mode & 0o001) === 0) return false;
    if (dirname(directory) === directory) return true;
  }
}

function listOrNothing(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

import { constants } from 'node:fs';
import { chmod, lchown, link, lstat, mkdir, open, symlink, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { FetchError } from './fetch-error.js';

export interface ExtractionLimits {
  /** Bytes of all files together. */
  readonly bytes: number;
  readonly entries: number;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The only way an archive's entries reach the disk. Everything stays below one directory: names may not climb
 * or be absolute, no directory on the way may be a link, links must point inside, existing files are
 * replaced and never written through, devices do not exist here, set-uid bits are dropped, and bytes and
 * entries are counted before they are written.
 */
export class Extraction {
  #bytes = 0;
  #entries = 0;
  readonly #safeDirectories = new Set<string>();

  constructor(
    private readonly root: string,
    private readonly limits: ExtractionLimits,
    private readonly owner: Owner | undefined,
  ) {}

  async directory(name: string, mode: number): Promise<void> {
    this.#countEntry();
    const parts = safeParts(name);
    if (parts.length === 0) return;
    await this.#makeDirectories(parts);
    await chmod(join(this.root, ...parts), (mode & 0o777) | 0o700);
  }

  /** Creates or replaces a file; `write` hands its content over in chunks. */
  async file(
    name: string,
    mode: number,
    write: (take: (chunk: Uint8Array) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    this.#countEntry();
    const path = await this.#place(name);
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const handle = await open(path, flags, 0o600);
    try {
      await write(async (chunk) => {
        this.#countBytes(chunk.length);
        await writeAll(handle, chunk);
      });
      await handle.chmod((mode & 0o777) | 0o600);
      if (this.owner) await handle.chown(this.owner.uid, this.owner.gid);
    } finally {
      await handle.close();
    }
  }

  async symbolicLink(name: string, target: string): Promise<void> {
    this.#countEntry();
    const parts = safeParts(name);
    if (
      target.startsWith('/') ||
      target.includes('\0') ||
      climbsOut([...parts.slice(0, -1), ...target.split('/')])
    )
      throw new FetchError(`the archive's link ${shown(name)} points outside: ${shown(target)}`);
    const path = await this.#place(name);
    await symlink(target, path);
    if (this.owner) await lchown(path, this.owner.uid, this.owner.gid);
  }

  async hardLink(name: string, target: string): Promise<void> {
    this.#countEntry();
    const source = safeParts(target);
    await this.#makeDirectories(source.slice(0, -1));
    const sourcePath = join(this.root, ...source);
    const stat = await lstat(sourcePath).catch(() => undefined);
    if (!stat?.isFile())
      throw new FetchError(`the archive's hard link ${shown(name)} leads to no file of it: ${shown(target)}`);
    await link(sourcePath, await this.#place(name));
  }

  /** A free path for an entry: its directories exist and are real, what was there is gone. */
  async #place(name: string): Promise<string> {
    const parts = safeParts(name);
    if (parts.length === 0) throw new FetchError(`the archive has an entry without a name: ${shown(name)}`);
    await this.#makeDirectories(parts.slice(0, -1));
    const path = join(this.root, ...parts);
    const stat = await lstat(path).catch(() => undefined);
    if (stat?.isDirectory())
      throw new FetchError(`the archive has a file and a directory named ${shown(name)}`);
    if (stat) await unlink(path);
    return path;
  }

  async #makeDirectories(parts: readonly string[]): Promise<void> {
    let path = this.root;
    for (const part of parts) {
      path = join(path, part);
      if (this.#safeDirectories.has(path)) continue;
      const stat = await lstat(path).catch(() => undefined);
      if (!stat) {
        await mkdir(path, 0o755);
        if (this.owner) await lchown(path, this.owner.uid, this.owner.gid);
      } else if (!stat.isDirectory()) {
        throw new FetchError(`the archive writes through ${shown(part)}, which is no directory`);
      }
      this.#safeDirectories.add(path);
    }
  }

  #countEntry(): void {
    if (++this.#entries > this.limits.entries)
      throw new FetchError(`the archive has more than ${this.limits.entries} entries`);
  }

  #countBytes(count: number): void {
    this.#bytes += count;
    if (this.#bytes > this.limits.bytes)
      throw new FetchError(`the archive holds more than the ${this.limits.bytes} bytes allowed`);
  }
}

/** The components of a relative name; `.` and empty ones are dropped. Throws when the name leads elsewhere. */
export function safeParts(name: string): string[] {
  if (name.startsWith('/')) throw new FetchError(`the archive has an absolute name: ${shown(name)}`);
  if (name.includes('\0')) throw new FetchError(`the archive has a name with a NUL byte: ${shown(name)}`);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw new FetchError(`the archive has a name that climbs out: ${shown(name)}`);
  return parts;
}

function climbsOut(parts: readonly string[]): boolean {
  let depth = 0;
  for (const part of parts) {
    if (part === '..') depth--;
    else if (part !== '' && part !== '.') depth++;
    if (depth < 0) return true;
  }
  return false;
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  let written = 0;
  while (written < chunk.length) written += (await handle.write(chunk, written)).bytesWritten;
}

const LONGEST_SHOWN = 100;

function shown(text: string): string {
  return JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text);
}

/** What the operating system, or SQLite on its behalf, refused, and what must change before it will not. */
export interface DiskProblem {
  /** Goes after a colon. */
  readonly reason: string;
  /** Goes after `once`. */
  readonly remedy: string;
}

/** `code` is Node's (`ENOSPC`) or SQLite's (`SQLITE_FULL`), `text` what comes with it. */
export function diskProblem(code: string, text: string): DiskProblem {
  if (/FULL|ENOSPC/.test(code)) return { reason: 'the disk is full', remedy: 'there is room' };
  if (code === 'EDQUOT')
    return { reason: "this user's share of the disk is used up", remedy: 'there is room' };
  if (/EMFILE|ENFILE|CANTOPEN/.test(code))
    return {
      reason: `a file could not be opened: ${text} (${code})`,
      remedy: 'more files may be open (ulimit -n) and the directory can be used',
    };
  if (/NOMEM/.test(code)) return { reason: `there is no memory left (${code})`, remedy: 'there is some' };
  if (/IOERR|EIO/.test(code))
    return { reason: `the disk reports an error: ${text} (${code})`, remedy: 'the disk works again' };
  return { reason: `${text} (${code})`, remedy: 'that is mended' };
}

export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'undefined';
}

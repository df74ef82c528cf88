import { platform, release, type } from 'node:os';

/** What `/vars` exports. */
export function variables(
  counts: Readonly<Record<'active' | 'finished' | 'all', number>>,
  nowMs: number,
): Map<string, string | number> {
  return new Map<string, string | number>([
    ['sys.uptime', process.uptime()],
    ['sys.time_ms', nowMs],
    ['sys.version', process.version],
    ['sys.platform', platform()],
    ['sys.executable', process.execPath],
    ['sys.uname', `${type()} ${release()}`],
    ['sys.rss_bytes', process.memoryUsage.rss()],
    ['tasks.active', counts.active],
    ['tasks.finished', counts.finished],
    ['tasks.all', counts.all],
  ]);
}

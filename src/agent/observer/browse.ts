import { closeSync, createReadStream, lstatSync, readdirSync, type Stats } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import { HttpError } from '../http-error.js';
import { openInside } from '../safe-file.js';
import { href, html, type Html } from './html.js';
import { page } from './pages.js';

/** A directory of a sandbox as `ls -l` shows it. Throws HttpError 404. */
export function browsePage(taskId: string, sandbox: string, path: string, nowMs: number): Html {
  const directory = openInside(sandbox, path);
  if (!directory) throw new HttpError(404, 'Sandbox does not exist.');
  try {
    if (!directory.stat.isDirectory()) throw new HttpError(404, 'Sandbox does not exist.');
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    const rows = readdirSync(directory.path)
      .sort()
      .flatMap((name) => {
        const stat = lstatSync(join(directory.path, name), { throwIfNoEntry: false });
        return stat ? [row(taskId, [...parts, name], name, stat, nowMs)] : [];
      });
    const up =
      parts.length === 0
        ? undefined
        : html`<a href="${href('browse', taskId, ...parts.slice(0, -1))}">..</a> `;
    return page(`${taskId} ${parts.join('/')}`, html`<pre>${up}${rows}</pre>`);
  } finally {
    closeSync(directory.descriptor);
  }
}

function row(taskId: string, parts: readonly string[], name: string, stat: Stats, nowMs: number): Html {
  const columns = `${modeText(stat)} ${String(stat.nlink).padStart(3)} ${String(stat.uid).padStart(5)} ${String(stat.gid).padStart(5)} ${String(stat.size).padStart(10)} ${dateText(stat.mtimeMs, nowMs)}`;
  if (stat.isDirectory()) return html`${columns} <a href="${href('browse', taskId, ...parts)}">${name}/</a> `;
  return html`${columns} <a href="${href('file', taskId, ...parts)}">${name}</a>
    <a href="${href('download', taskId, ...parts)}">dl</a> `;
}

function modeText(stat: Stats): string {
  const kind = stat.isDirectory() ? 'd' : stat.isSymbolicLink() ? 'l' : stat.isFile() ? '-' : '?';
  const bits = [6, 3, 0].map((shift) => {
    const part = (stat.mode >> shift) & 7;
    return `${part & 4 ? 'r' : '-'}${part & 2 ? 'w' : '-'}${part & 1 ? 'x' : '-'}`;
  });
  return kind + bits.join('');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Mon DD HH:MM`, the year instead of the time when it is another one. */
function dateText(milliseconds: number, nowMs: number): string {
  const date = new Date(milliseconds);
  const day = `${MONTHS[date.getUTCMonth()] ?? ''} ${String(date.getUTCDate()).padStart(2)}`;
  if (date.getUTCFullYear() !== new Date(nowMs).getUTCFullYear())
    return `${day} ${String(date.getUTCFullYear()).padStart(5)}`;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

/** The bytes of a file of a sandbox. Throws HttpError 404. */
export async function download(sandbox: string, path: string, response: ServerResponse): Promise<void> {
  const file = openInside(sandbox, path);
  if (!file) throw new HttpError(404, 'No such file');
  if (!file.stat.isFile()) {
    closeSync(file.descriptor);
    throw new HttpError(404, 'File does not exist.');
  }
  const name = basename(path).replace(/[^\x20-\x7e]|["\\]/g, '_');
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${name}"`,
    'content-length': file.stat.size,
    'x-content-type-options': 'nosniff',
  });
  if (file.stat.size === 0) {
    closeSync(file.descriptor);
    response.end();
    return;
  }
  // A file that grows meanwhile ends where its length was told.
  const stream = createReadStream('', { fd: file.descriptor, start: 0, end: file.stat.size - 1 });
  await new Promise<void>((resolve) => {
    stream.on('error', () => response.destroy());
    response.on('close', () => {
      stream.destroy();
      resolve();
    });
    stream.pipe(response);
  });
}

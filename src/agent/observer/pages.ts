import type { ProcessStatus } from '../../thermos/checkpoint-record.js';
import { href, html, Html } from './html.js';
import type { ObservedTask, ObservedTasks, TaskKind } from './observed-tasks.js';
import { nameOf, processUsage, startAt, usageOf } from './observer-json.js';

/** The observer's pages. Times are UTC, `MM/DD HH:MM:SS`. */
export function page(title: string, body: Html): Html {
  return html`<!DOCTYPE html>
    <html>
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <link rel="stylesheet" href="/assets/observer.css" />
        <script src="/assets/observer.js" defer></script>
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
      </body>
    </html>`;
}

export function indexPage(hostname: string): Html {
  return page(
    `thermos(${hostname})`,
    html`<div data-fragment="/main/active"></div>
      <div data-fragment="/main/finished"></div>`,
  );
}

const STEP = 20;
const MB = 1024 ** 2;
const GB = 1024 ** 3;

export function mainFragment(tasks: ObservedTasks, type: TaskKind, requested: number, count = STEP): Html {
  const ids = tasks.ids(type);
  const offset = startAt(requested, ids.length);
  const shown = ids.slice(offset, offset + count).flatMap((taskId) => tasks.load(taskId) ?? []);
  const newer =
    offset > 0
      ? html`<a href="${href('main', type, Math.max(0, offset - STEP))}">&larr; newer</a>`
      : undefined;
  const older =
    offset + count < ids.length
      ? html`<a href="${href('main', type, offset + STEP)}">older &rarr;</a>`
      : undefined;
  return html`<h2>
      ${type} tasks ${ids.length === 0 ? 0 : offset + 1}...${offset + shown.length} of ${ids.length}
    </h2>
    ${newer} ${older}
    <table>
      <tr>
        <th>name</th>
        <th>role</th>
        <th>launched</th>
        <th>status</th>
        <th>cpu</th>
        <th>ram</th>
        <th>disk</th>
        <th>task</th>
        <th>chroot</th>
        <th>ports</th>
      </tr>
      ${shown.map(mainRow)}
    </table>`;
}

function mainRow(task: ObservedTask): Html {
  const usage = usageOf(task);
  const host = task.header.hostname;
  const links = [...task.header.ports]
    .filter(([name]) => name === 'http' || name === 'admin')
    .map(([name, port]) => html`<a href="http://${host}:${port}">${name}</a> `);
  const others = task.header.ports.size > links.length ? '...' : '';
  return html`<tr>
    <td>${nameOf(task)}</td>
    <td>${task.header.user}</td>
    <td>${time(task.launchMs)}</td>
    <td>${task.state} @ ${time(task.stateMs)}</td>
    <td>${usage.cpus === 0 ? '' : usage.cpus.toFixed(3)}</td>
    <td>${(usage.ramBytes / MB).toFixed(1)}MB</td>
    <td>${Math.floor(usage.diskBytes / GB)}GB</td>
    <td><a href="${href('task', task.taskId)}">info</a></td>
    <td><a href="${href('browse', task.taskId)}">browse</a></td>
    <td>${task.active ? links : []}${others}</td>
  </tr>`;
}

export function taskPage(task: ObservedTask): Html {
  const usage = usageOf(task);
  const host = task.header.hostname;
  const ports = [...task.header.ports].map(
    ([name, port]) => html`<a href="http://${host}:${port}">${name}:${port}</a> `,
  );
  const processes = [...task.processes].sort(([, a], [, b]) => startOf(a) - startOf(b));
  return page(
    task.taskId,
    html`<p>
        status ${task.state}, user ${task.header.user}, ports ${ports}, chroot
        <a href="${href('browse', task.taskId)}">browse</a>, hostname ${host}, launched
        ${time(task.launchMs)}, <a href="${href('rawtask', task.taskId)}">task config</a>
      </p>
      <table>
        <tr>
          <th>state</th>
          <th>time</th>
        </tr>
        ${task.statuses.map(
          (status) =>
            html`<tr>
              <td>${status.state}</td>
              <td>${time(status.timestampMs)}</td>
            </tr>`,
        )}
      </table>
      <p>
        cpu ${usage.cpus.toFixed(3)}, ram ${(usage.ramBytes / GB).toFixed(1)}GB, disk
        ${(usage.diskBytes / GB).toFixed(1)}GB
      </p>
      <table>
        <tr>
          <th>name</th>
          <th>run</th>
          <th>status</th>
          <th>return code</th>
          <th>started</th>
          <th>finished</th>
          <th>cpu</th>
          <th>ram</th>
          <th>stdout</th>
          <th>stderr</th>
        </tr>
        ${processes.map(([name, runs]) => runRow(task, name, runs, runs.length - 1))}
      </table>`,
  );
}

export function processPage(task: ObservedTask, name: string, cmdline: string): Html {
  const runs = task.processes.get(name) ?? [];
  const last = runs.at(-1);
  const usage = processUsage(task, name);
  const numbers = runs.map((_, index) => index).reverse();
  return page(
    name,
    html`<p>
        task <a href="${href('task', task.taskId)}">${task.taskId}</a>, process ${name}, status ${last?.state}
      </p>
      <p>
        cpu ${usage.cpus.toFixed(3)}, ram ${Math.floor(usage.ramBytes / MB)}MB, total user
        ${usage.userSecs.toFixed(1)}s, total sys ${usage.systemSecs.toFixed(1)}s, threads
        ${last?.state === 'RUNNING' ? usage.threads : 'N/A'}
      </p>
      <pre>${cmdline}</pre>
      <table>
        <tr>
          <th>name</th>
          <th>run</th>
          <th>status</th>
          <th>return code</th>
          <th>started</th>
          <th>finished</th>
          <th>cpu</th>
          <th>ram</th>
          <th>stdout</th>
          <th>stderr</th>
        </tr>
        ${numbers.map((run) => runRow(task, name, runs, run))}
      </table>`,
  );
}

function runRow(task: ObservedTask, name: string, runs: readonly ProcessStatus[], run: number): Html {
  const status = runs[run];
  const usage = status?.state === 'RUNNING' ? processUsage(task, name) : undefined;
  const log = (stream: string): Html =>
    html`<a href="${href('logs', task.taskId, name, run, stream)}">${stream}</a>`;
  return html`<tr>
    <td><a href="${href('process', task.taskId, name)}">${name}</a></td>
    <td>${run}</td>
    <td>${status?.state}</td>
    <td>${status?.returnCode}</td>
    <td>${seconds(status?.startTime)}</td>
    <td>${seconds(status?.stopTime)}</td>
    <td>${usage?.cpus.toFixed(3)}</td>
    <td>${usage ? `${Math.floor(usage.ramBytes / MB)}MB` : ''}</td>
    <td>${log('stdout')}</td>
    <td>${log('stderr')}</td>
  </tr>`;
}

/** A viewer that follows a file; `source` is its JSON. */
export function followPage(title: string, source: string): Html {
  return page(
    title,
    html`<p id="indicator">(LOADING)</p>
      <pre data-follow="${source}"></pre>`,
  );
}

export function time(milliseconds: number): string {
  const [date, clock] = new Date(milliseconds).toISOString().split('T');
  return `${(date ?? '').slice(5).replace('-', '/')} ${(clock ?? '').slice(0, 8)}`;
}

function seconds(value: number | undefined): string {
  return value === undefined ? '' : time(value * 1000);
}

function startOf(runs: readonly ProcessStatus[]): number {
  return runs.at(-1)?.startTime ?? Number.POSITIVE_INFINITY;
}

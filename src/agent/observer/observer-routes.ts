import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Clock } from '../../base/clock.js';
import type { FileSystem } from '../../base/file-system.js';
import { parseTask } from '../../model/process.js';
import type { Agent } from '../agent.js';
import { pathParts, sendJson, type RequestHandler } from '../agent-server.js';
import { HttpError } from '../http-error.js';
import { ASSETS } from './assets.js';
import { browsePage, download } from './browse.js';
import { readChunk } from './chunk.js';
import { html, type Html } from './html.js';
import { ObservedTasks, type ObservedTask, type TaskKind } from './observed-tasks.js';
import { processDetail, processDetails, taskDetail, taskList } from './observer-json.js';
import { followPage, indexPage, mainFragment, page, processPage, taskPage } from './pages.js';
import { variables } from './variables.js';

export interface ObserverOptions {
  readonly hostname: string;
  /** The agent's work directory. */
  readonly directory: string;
  readonly clock: Clock;
  readonly fileSystem: FileSystem;
}

interface Context extends ObserverOptions {
  readonly tasks: ObservedTasks;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
}

/**
 * Thermos' observer: read-only pages and JSON over the tasks of this host. A browser must have come by a
 * name of this machine (no page of another site can then read it), and pages may run no code but their own.
 */
export function observerRoutes(agent: Agent, options: ObserverOptions): RequestHandler {
  const tasks = new ObservedTasks(agent, options.directory, options.fileSystem);
  return async (request, response, url) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw new HttpError(405, 'only GET is served here');
    if (!isLocalName(request.headers.host)) throw new HttpError(403, 'this host name is not served here');
    const parts = pathParts(url);
    try {
      await route(parts, { ...options, tasks, query: url.searchParams, response });
    } catch (error) {
      if (!(error instanceof HttpError) || parts[0] === 'j') throw error;
      sendHtml(response, errorPage(error, url.pathname), error.status);
    }
  };
}

function isLocalName(host: string | undefined): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(host ?? 'localhost');
}

async function route(parts: readonly string[], context: Context): Promise<void> {
  const { response, hostname, tasks, query } = context;
  const [first, taskId = '', ...rest] = parts;
  switch (parts.length > 1 && first === '' ? '//' : first) {
    case '':
      sendHtml(response, indexPage(hostname));
      return;
    case 'main':
      sendHtml(response, fragment(tasks, parts.slice(1)));
      return;
    case 'task':
      sendHtml(response, taskPage(wanted(tasks, taskId)));
      return;
    case 'rawtask':
      sendHtml(
        response,
        page(`task ${taskId}`, html`<pre>${JSON.stringify(wanted(tasks, taskId).task, undefined, 4)}</pre>`),
      );
      return;
    case 'process':
      sendHtml(response, processOf(tasks, taskId, rest[0] ?? ''));
      return;
    case 'logs':
      sendHtml(response, logPage(tasks, taskId, rest));
      return;
    case 'logdata':
      sendJson(response, 200, logData(tasks, taskId, rest, query));
      return;
    case 'file':
      sendHtml(
        response,
        followPage(rest.join('/'), `/filedata/${[taskId, ...rest].map(encodeURIComponent).join('/')}`),
      );
      return;
    case 'filedata':
      sendJson(response, 200, readChunk(sandboxOf(tasks, taskId), rest.join('/'), ...range(query)) ?? {});
      return;
    case 'browse':
      sendHtml(
        response,
        browsePage(taskId, sandboxOf(tasks, taskId), rest.join('/') || '.', context.clock.nowMs()),
      );
      return;
    case 'download':
      await download(sandboxOf(tasks, taskId), rest.join('/'), response);
      return;
    case 'j':
      sendJson(response, 200, jsonOf(parts.slice(1), context));
      return;
    default:
      plainRoute(parts, context);
  }
}

function jsonOf(parts: readonly string[], { tasks, query }: Context): unknown {
  const [what, first, second, third] = parts;
  const asked = (query.get('task_id') ?? '').split(',').filter((id) => id !== '');
  switch (what) {
    case 'task_ids':
      return taskList(
        tasks,
        kindOf(first ?? 'all'),
        numberOr(second, 0, 'offset'),
        numberOr(third, undefined, 'count'),
      );
    case 'task_id_count':
      return tasks.counts();
    case 'task': {
      const ids = first === undefined ? asked : [first];
      return Object.fromEntries(ids.map((id) => [id, taskDetail(wanted(tasks, id))]));
    }
    case 'process': {
      const task = first === undefined ? undefined : tasks.load(first);
      return processDetail(task, second ?? '', numberOr(third, -1, 'run'));
    }
    case 'processes':
      return Object.fromEntries(
        asked.map((id) => {
          const task = tasks.load(id);
          return [id, task ? processDetails(task) : {}];
        }),
      );
    default:
      throw new HttpError(404, `no such resource: /j/${parts.join('/')}`);
  }
}

function plainRoute(parts: readonly string[], { response, tasks, clock }: Context): void {
  const text = (body: string): void => {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(body);
  };
  const values = variables(tasks.counts(), clock.nowMs());
  switch (parts[0]) {
    case 'health':
      text('OK');
      return;
    case 'threads':
      text('The agent runs on one thread.\n');
      return;
    case 'profile':
      text('Profiling is disabled');
      return;
    case 'vars.json':
      sendJson(response, 200, Object.fromEntries(values));
      return;
    case 'vars': {
      const name = parts[1];
      if (name === undefined) text([...values].map(([key, value]) => `${key} ${value}\n`).join(''));
      else if (values.has(name)) text(String(values.get(name)));
      else throw new HttpError(404, 'Unknown exported variable');
      return;
    }
    case 'favicon.ico':
      response.writeHead(303, { location: '/assets/favicon.ico' }).end();
      return;
    case 'assets': {
      const asset = ASSETS.get(parts[1] ?? '');
      if (!asset) throw new HttpError(404, `Unknown asset: ${parts[1] ?? ''}`);
      response.writeHead(200, { 'content-type': `${asset.type}; charset=utf-8` }).end(asset.text);
      return;
    }
    default:
      throw new HttpError(404, `Not found: '/${parts.join('/')}'`);
  }
}

function fragment(tasks: ObservedTasks, [type = 'all', offset, count]: readonly string[]): Html {
  return mainFragment(
    tasks,
    kindOf(type),
    numberOr(offset, 0, 'offset'),
    numberOr(count, undefined, 'count'),
  );
}

function kindOf(type: string): TaskKind {
  if (type === 'all' || type === 'active' || type === 'finished') return type;
  throw new HttpError(404, `Invalid task type: ${type}`);
}

function numberOr<T extends number | undefined>(
  text: string | undefined,
  otherwise: T,
  what: string,
): number | T {
  if (text === undefined || text === '') return otherwise;
  if (!/^-?\d{1,15}$/.test(text)) throw new HttpError(404, `Invalid ${what}: ${text}`);
  return Number(text);
}

function wanted(tasks: ObservedTasks, taskId: string): ObservedTask {
  const task = tasks.load(taskId);
  if (!task) throw new HttpError(404, `Failed to find task ${taskId}.  Try again shortly.`);
  return task;
}

function processOf(tasks: ObservedTasks, taskId: string, name: string): Html {
  const task = tasks.load(taskId);
  if (!task?.processes.has(name))
    throw new HttpError(404, `Invalid task/process combination: ${taskId}/${name}`);
  return processPage(task, name, commandLine(task.task, name));
}

function commandLine(task: unknown, name: string): string {
  const parsed = parseTask(task);
  const process = parsed.ok ? parsed.value.processes.find((one) => one.name === name) : undefined;
  return process?.cmdline ?? '';
}

function logPage(
  tasks: ObservedTasks,
  taskId: string,
  [process = '', run = '', stream = '']: readonly string[],
): Html {
  if (stream !== 'stdout' && stream !== 'stderr') throw new HttpError(404, `No such log type: ${stream}`);
  wanted(tasks, taskId);
  return followPage(
    `${process}/${run}/${stream}`,
    `/logdata/${[taskId, process, run, stream].map(encodeURIComponent).join('/')}`,
  );
}

function logData(
  tasks: ObservedTasks,
  taskId: string,
  parts: readonly string[],
  query: URLSearchParams,
): object {
  const stream = parts.at(-1) ?? '';
  if (stream !== 'stdout' && stream !== 'stderr') throw new HttpError(404, `No such log type: ${stream}`);
  const { header } = wanted(tasks, taskId);
  return readChunk(header.logDir ?? `${header.sandbox}/.logs`, parts.join('/'), ...range(query)) ?? {};
}

function range(query: URLSearchParams): [offset: number, length: number] {
  return [
    numberOr(query.get('offset') ?? undefined, -1, 'offset'),
    numberOr(query.get('length') ?? undefined, -1, 'length'),
  ];
}

function sandboxOf(tasks: ObservedTasks, taskId: string): string {
  return wanted(tasks, taskId).header.sandbox;
}

function errorPage(error: HttpError, path: string): Html {
  const name = `Error: ${error.status} ${STATUS_CODES[error.status] ?? ''}`;
  return html`<!DOCTYPE html>
    <html>
      <head>
        <title>${name}</title>
      </head>
      <body>
        <h1>${name}</h1>
        <p>Sorry, the requested URL <tt>'${path}'</tt> caused an error:</p>
        <pre>${error.message}</pre>
      </body>
    </html>`;
}

function sendHtml(response: ServerResponse, body: Html, status = 200): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'content-length': Buffer.byteLength(body.text),
  });
  response.end(body.text);
}

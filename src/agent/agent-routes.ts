import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TaskProcesses } from '../model/cluster.js';
import type { Agent } from './agent.js';
import { pathParts, sendJson, type RequestHandler } from './agent-server.js';
import { HttpError } from './http-error.js';
import { JsonMismatch, JsonReader } from './json-reader.js';
import { readJsonBody } from './request-body.js';
import { listFiles, readLog, type TaskView } from './task-files.js';

export interface RoutesOptions {
  readonly agent: Agent;
  /** Ends this process after the reply. */
  readonly onShutdown: (killTasks: boolean) => void;
  /** Everything that is not the scheduler's: the observer. */
  readonly otherwise: RequestHandler;
}

/** What the scheduler asks of an agent. */
export function agentRoutes(options: RoutesOptions): RequestHandler {
  return async (request, response, url) => {
    const parts = pathParts(url);
    if (parts[0] !== 'v1') await options.otherwise(request, response, url);
    else if (request.method === 'POST') await command(options, parts[1] ?? '', request, response);
    else if (request.method === 'GET' && parts[1] === 'tasks' && parts.length === 4)
      await taskQuery(options.agent, parts[2] ?? '', parts[3] ?? '', url, response);
    else throw new HttpError(404, `no such resource: ${url.pathname}`);
  };
}

async function command(
  { agent, onShutdown }: RoutesOptions,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = JsonReader.of(await readJsonBody(request), 'request');
  try {
    switch (name) {
      case 'launch':
        agent.tasks.launch(body.required('task').raw);
        break;
      case 'kill':
        agent.kill(body.required('taskId').string(), body.field('message')?.string());
        break;
      case 'reconcile':
        agent.reconcile(
          body
            .field('taskIds')
            ?.items()
            .map((id) => id.string()),
        );
        break;
      case 'register':
        agent.registerNow();
        break;
      case 'shutdown':
        onShutdown(body.required('killTasks').boolean());
        break;
      default:
        throw new HttpError(404, `no such command: ${name}`);
    }
  } catch (error) {
    if (error instanceof JsonMismatch) throw new HttpError(400, error.message);
    throw error;
  }
  sendJson(response, 200, {});
}

async function taskQuery(
  agent: Agent,
  taskId: string,
  what: string,
  url: URL,
  response: ServerResponse,
): Promise<void> {
  const query = url.searchParams;
  switch (what) {
    case 'processes':
      sendJson(response, 200, await describeProcesses(agent, taskId));
      return;
    case 'log':
      sendJson(
        response,
        200,
        readLog(viewTask(agent, taskId), {
          process: query.get('process') ?? undefined,
          run: integerParameter(query, 'run'),
          stream: query.get('stream') ?? 'stdout',
          offset: integerParameter(query, 'offset'),
          length: integerParameter(query, 'length'),
        }),
      );
      return;
    case 'files':
      sendJson(response, 200, listFiles(viewTask(agent, taskId), query.get('path') ?? '.'));
      return;
    default:
      throw new HttpError(404, `no such resource of a task: ${what}`);
  }
}

const FRESH_MS = 1000;

async function describeProcesses(agent: Agent, taskId: string): Promise<TaskProcesses> {
  await agent.tasks.find(taskId)?.checkers?.monitor.fresh(FRESH_MS);
  const { sandbox, processes } = viewTask(agent, taskId);
  const isolation = agent.tasks.find(taskId)?.isolationReport;
  return { taskId, sandbox: sandbox ?? '', processes, ...(isolation && { isolation }) };
}

/** A live task, or what is on disk of one that has ended. Throws HttpError 404. */
export function viewTask(agent: Agent, taskId: string): TaskView {
  const live = agent.tasks.find(taskId);
  if (live) return { taskId, sandbox: live.record.sandbox, live: true, processes: live.processes() };
  const record = agent.tasks.ended(taskId);
  if (!record) throw new HttpError(404, `this agent has no task ${taskId}`);
  return { taskId, sandbox: record.sandbox, live: false, processes: record.processes ?? [] };
}

function integerParameter(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new HttpError(400, `${name} must be a whole number, not ${JSON.stringify(text)}`);
  return value;
}

import type { Clock } from '../../base/clock.js';
import type { FileSystem } from '../../base/file-system.js';
import type { Agent } from '../agent.js';
import type { RequestHandler } from '../agent-server.js';
import { HttpError } from '../http-error.js';

export interface ObserverOptions {
  readonly hostname: string;
  readonly clock: Clock;
  readonly fileSystem: FileSystem;
}

export function observerRoutes(_agent: Agent, _options: ObserverOptions): RequestHandler {
  return async (_request, response, url) => {
    if (url.pathname === '/health') response.end('OK');
    else throw new HttpError(404, `Not found: '${url.pathname}'`);
  };
}

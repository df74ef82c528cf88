import type { IncomingMessage } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import type { Logger } from '../base/logging.js';
import type { AgentService } from './agent-service.js';
import type { ApiService } from './api-service.js';
import { answerBeta } from './beta-route.js';
import type { ClusterService } from './cluster-service.js';
import { HttpRefusal, parseJsonObject, readBody } from './http-body.js';
import type { HttpHandler } from './http-listener.js';
import type { InfoService } from './info-service.js';
import type { Metrics } from './metrics.js';
import { answerThrift, type HttpAnswer } from './thrift-route.js';
import { isTrustedOrigin } from './trusted-origin.js';
import { UnsentAnswers } from './unsent-answers.js';

export interface HttpAppServices {
  readonly api: ApiService;
  readonly agents: AgentService;
  readonly cluster: ClusterService;
  readonly info: InfoService;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** The unix socket belongs to this user alone, and agents speak only there; the loopback port is everybody's. */
export type Entrance = 'socket' | 'loopback';

const LARGEST_API_BODY = 16 << 20;
const LARGEST_JSON_BODY = 1 << 20;
const MOST_UNSENT_BYTES = 64 << 20;

type App = Hono<{ Bindings: HttpBindings }>;
type AppContext = Context<{ Bindings: HttpBindings }>;

/** Every HTTP endpoint of the daemon, as a handler for `node:http`. */
export function httpHandler(services: HttpAppServices, entrance: Entrance): HttpHandler {
  const { metrics } = services;
  const listener = getRequestListener(newApp(services, entrance).fetch);
  const unsent = new UnsentAnswers(MOST_UNSENT_BYTES);
  return (incoming, outgoing) => {
    unsent.watch(outgoing);
    outgoing.once('finish', () => {
      metrics.httpResponse(outgoing.statusCode);
    });
    void listener(incoming, outgoing);
  };
}

function newApp(services: HttpAppServices, entrance: Entrance): App {
  const app: App = new Hono({ strict: false });
  app.use(async (context, next) => {
    if (entrance === 'loopback' && !isTrustedOrigin(incomingOf(context).headers))
      throw new HttpRefusal(403, 'This address is not for other hosts or web pages.');
    await next();
  });
  addApi(app, services);
  addCluster(app, services);
  if (entrance === 'socket') addAgents(app, services);
  addInfo(app, services);
  app.notFound((context) =>
    answered({
      status: 404,
      headers: PLAIN,
      body: `There is no ${context.req.method} ${shortened(context.req.path)}.\n`,
    }),
  );
  app.onError((error, context) => failed(error, context, services.logger));
  return app;
}

function addApi(app: App, { api }: HttpAppServices): void {
  app.on(['GET', 'POST'], '/api', async (context) => {
    const incoming = incomingOf(context);
    return answered(await answerThrift(api, incoming.headers, await readBody(incoming, LARGEST_API_BODY)));
  });
  app.get('/apibeta', () =>
    answered({ status: 303, headers: { location: '/apihelp/index.html' }, body: '' }),
  );
  app.post('/apibeta/:method', async (context) => {
    const body = await readBody(incomingOf(context), LARGEST_API_BODY);
    return answered(await answerBeta(api, context.req.param('method'), body));
  });
}

function addCluster(app: App, { cluster }: HttpAppServices): void {
  app.get('/cluster/v1/state', async () => json(await cluster.state()));
  app.get('/cluster/v1/usage', () => json(cluster.usage()));
  app.get('/cluster/v1/explain', async (context) =>
    json(await cluster.explain(new Map(Object.entries(context.req.query())))),
  );
  app.get('/cluster/v1/tasks/:id/:part{processes|log|files}', async (context) => {
    const query = new URL(context.req.url).search;
    return json(await cluster.askAgent(context.req.param('id'), context.req.param('part'), query));
  });
  app.post('/cluster/v1/stop', async (context) => {
    const body = parseJsonObject(await readBody(incomingOf(context), LARGEST_JSON_BODY));
    return json(await cluster.stop(body));
  });
}

function addAgents(app: App, { agents }: HttpAppServices): void {
  app.post('/agent/v1/:message{register|heartbeat|updates}', async (context) => {
    const body = parseJsonObject(await readBody(incomingOf(context), LARGEST_API_BODY));
    return json(
      await agents.receive(context.req.param('message') as 'register' | 'heartbeat' | 'updates', body),
    );
  });
}

function addInfo(app: App, { info }: HttpAppServices): void {
  for (const [path, answer] of info.pages()) {
    const own = path.replace(/\/\*$/, '');
    app.get(path, (context) => {
      const { pathname, search } = new URL(context.req.url);
      const query = new Map(Object.entries(context.req.query()));
      return answered(answer({ rest: pathname.slice(own.length + 1), query, search }));
    });
  }
  app.post('/quitquitquit', () => answered(info.quit()));
  app.post('/abortabortabort', () => answered(info.halt()));
}

function incomingOf(context: AppContext): IncomingMessage {
  return context.env.incoming;
}

const PLAIN = { 'content-type': 'text/plain; charset=utf-8' };

/** Nothing here is a page for frames, or for a browser to guess the type of. */
const SAFE_HEADERS = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };

function answered({ status, headers, body }: HttpAnswer): Response {
  return new Response(
    typeof body === 'string'
      ? body
      : new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.length),
    { status, headers: { ...SAFE_HEADERS, ...headers } },
  );
}

function json(value: unknown): Response {
  return answered({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });
}

/** A refusal is its status and its sentence; anything else is our mistake, logged whole and told briefly. */
function failed(error: Error, context: AppContext, logger: Logger): Response {
  const known = error instanceof HttpRefusal;
  if (!known) logger.error('request failed', { path: shortened(context.req.path), error: error.stack });
  const status = known ? error.status : 500;
  const message = known ? error.message : 'The scheduler failed to answer; its log says why.';
  const close: Record<string, string> = status === 413 || status === 408 ? { connection: 'close' } : {};
  return /^\/(?:cluster|agent)\//.test(context.req.path)
    ? answered({
        status,
        headers: { ...close, 'content-type': 'application/json' },
        body: JSON.stringify({ error: message }),
      })
    : answered({ status, headers: { ...close, ...PLAIN }, body: message });
}

function shortened(path: string): string {
  return path.length <= 200 ? path : `${path.slice(0, 200)}...`;
}

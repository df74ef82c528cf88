import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { constants } from 'node:os';

/** The answer of a task's own HTTP endpoint; a body beyond the cap is cut, which is no error. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export type HttpSignal =
  | { readonly ok: true; readonly answer: HttpAnswer }
  /** The original's words after `Failed to signal URL: `. */
  | { readonly ok: false; readonly detail: string };

/**
 * Asks a port of this host. The whole exchange, redirects included, is bounded by `timeoutMs`, and the body by
 * 1 MB, whatever the other side does: never answers, drips, sends headers without end, redirects in a ring.
 */
export async function httpSignal(
  method: 'GET' | 'POST',
  port: number,
  endpoint: string,
  timeoutMs: number,
): Promise<HttpSignal> {
  const end = performance.now() + timeoutMs;
  let url = signalUrl(port, endpoint);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const outcome = await exchange(method, url, end - performance.now());
    if (!outcome.ok || outcome.location === undefined) return outcome;
    const next = resolveRedirect(url, outcome.location);
    if (!next)
      return { ok: false, detail: `Unexpected error: a redirect to ${outcome.location} is not followed` };
    url = next;
  }
  return { ok: false, detail: 'Unexpected error: too many redirects' };
}

export function signalUrl(port: number, endpoint: string): string {
  return `http://localhost:${port}/${endpoint.replace(/^\/+/, '')}`;
}

const MOST_REDIRECTS = 5;
const LARGEST_BODY = 1024 * 1024;

type Exchange =
  | { readonly ok: true; readonly answer: HttpAnswer; readonly location?: string }
  | { readonly ok: false; readonly detail: string };

function exchange(method: 'GET' | 'POST', url: string, timeoutMs: number): Promise<Exchange> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let status = 0;
    let location: string | undefined;
    let call: ClientRequest | undefined;
    const finish = (outcome: Exchange): void => {
      clearTimeout(timer);
      resolve(outcome);
      call?.destroy();
    };
    const answered = (): void => {
      const answer = { status, body: Buffer.concat(chunks).toString('utf8') };
      finish({ ok: true, answer, ...(location !== undefined && { location }) });
    };
    const timer = setTimeout(
      () => {
        finish({ ok: false, detail: 'Error within timeout' });
      },
      Math.max(1, timeoutMs),
    );
    const onAnswer = (response: IncomingMessage): void => {
      status = response.statusCode ?? 0;
      if (status >= 300 && status < 400 && status !== 304) location = response.headers.location;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk.subarray(0, LARGEST_BODY - size));
        size += chunk.length;
        if (size >= LARGEST_BODY) answered();
      });
      response.on('end', answered);
      response.on('error', (error) => {
        finish({ ok: false, detail: describeError(error) });
      });
    };
    try {
      const headers = method === 'POST' ? { 'content-length': 0 } : {};
      call = request(url, { method, agent: false, headers }, onAnswer);
    } catch (error) {
      // An endpoint that makes no URL.
      finish({ ok: false, detail: describeError(error as Error) });
      return;
    }
    call.on('error', (error) => {
      finish({ ok: false, detail: describeError(error) });
    });
    call.end();
  });
}

/** Only a path on this host is followed: a task must not make the agent ask others. */
function resolveRedirect(from: string, location: string): string | undefined {
  try {
    const url = new URL(location, from);
    const local = url.hostname === 'localhost' || url.hostname === '127.0.0.1' || url.hostname === '[::1]';
    return url.protocol === 'http:' && local ? url.href : undefined;
  } catch {
    return undefined;
  }
}

const ERRNO_TEXTS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'Connection refused'],
  ['ECONNRESET', 'Connection reset by peer'],
  ['EHOSTUNREACH', 'No route to host'],
  ['ENETUNREACH', 'Network is unreachable'],
]);

function describeError(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const text = ERRNO_TEXTS.get(code);
  if (!text) return `Unexpected error: ${error.message || error.name}`;
  const number = (constants.errno as Readonly<Record<string, number>>)[code] ?? 0;
  return `<urlopen error [Errno ${number}] ${text}>`;
}

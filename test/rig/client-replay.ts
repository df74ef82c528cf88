import { decodeCall } from '../../src/thrift/api.js';
import {
  TransportError,
  type HttpReply,
  type HttpRequest,
  type Transport,
} from '../../src/client/transport.js';
import { Interruption } from '../../src/client/interruption.js';

/** One run of the original client against a scripted scheduler. */
export interface ClientCase {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly clusters: unknown;
  readonly stubs?: Readonly<Record<string, { readonly script: string; readonly exit: number }>>;
  readonly exchanges: readonly Exchange[];
  readonly exchangesUnordered?: boolean;
  readonly commands?: ReadonlyArray<readonly string[]>;
  readonly filesWritten?: Readonly<Record<string, string>>;
  readonly exit: number;
  readonly stdout: string;
  readonly stdoutCompare?: string;
  readonly stderr: string;
  readonly stderrCompare?: string;
}

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly userAgent: string;
  readonly bypassLeaderRedirect?: unknown;
  readonly requestHex: string;
  readonly responseHex?: string;
  readonly responseTemplateHex?: string;
  readonly responseNowMs?: ReadonlyArray<readonly [offset: number, deltaMs: number]>;
  readonly responseClientUpdateIdAt?: readonly number[];
  readonly transport?: { readonly http?: number; readonly reason?: string; readonly close?: string };
}

const ORIGIN = 'http://scheduler.test';
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;

/** Answers as recorded, and holds every request against the recorded one. */
export class ScriptedScheduler implements Transport {
  readonly problems: string[] = [];
  readonly #left: Exchange[];

  constructor(
    private readonly script: ClientCase,
    private readonly nowMs: number,
  ) {
    this.#left = [...script.exchanges];
  }

  async send(request: HttpRequest): Promise<HttpReply> {
    if (request.interrupted?.aborted) throw new Interruption();
    if (!request.url.startsWith(ORIGIN)) throw new TransportError('Connection refused', 'ECONNREFUSED');
    const body = request.body ?? new Uint8Array();
    const exchange = this.#take(body);
    if (!exchange) {
      this.problems.push(`extra call of ${methodOf(body)}`);
      throw new TransportError('Connection refused', 'ECONNREFUSED');
    }
    this.#check(exchange, request, body);
    const { transport } = exchange;
    if (transport?.close !== undefined)
      throw new TransportError('Connection aborted: the server has closed the connection', 'ECONNRESET');
    if (transport?.http !== undefined)
      return {
        status: transport.http,
        reason: REASONS.get(transport.http) ?? '',
        headers: new Map(),
        body: new Uint8Array(),
      };
    return { status: 200, reason: 'OK', headers: new Map(), body: this.#answer(exchange, body) };
  }

  finish(): void {
    for (const { method } of this.#left) this.problems.push(`missing call of ${method}`);
  }

  #take(body: Uint8Array): Exchange | undefined {
    const same = this.script.exchangesUnordered
      ? this.#left.findIndex((each) => canonical(Buffer.from(each.requestHex, 'hex')) === canonical(body))
      : 0;
    return this.#left.splice(Math.max(0, same), 1)[0];
  }

  #check(exchange: Exchange, request: HttpRequest, body: Uint8Array): void {
    const headers = new Map(request.headers);
    const got = canonical(body);
    const want = canonical(Buffer.from(exchange.requestHex, 'hex'));
    if (got !== want) this.problems.push(`${exchange.method}: request differs\n got ${got}\nwant ${want}`);
    if (new URL(request.url).pathname !== exchange.path) this.problems.push(`path of ${request.url}`);
    if (headers.get('User-Agent') !== exchange.userAgent) this.problems.push('User-Agent differs');
    if (headers.has('Bypass-Leader-Redirect') !== Boolean(exchange.bypassLeaderRedirect))
      this.problems.push('Bypass-Leader-Redirect differs');
  }

  #answer(exchange: Exchange, body: Uint8Array): Uint8Array {
    const data = Buffer.from(exchange.responseHex ?? exchange.responseTemplateHex ?? '', 'hex');
    for (const [offset, deltaMs] of exchange.responseNowMs ?? [])
      data.writeBigInt64BE(BigInt(Math.floor(this.nowMs / 1000) * 1000 + deltaMs), offset);
    const id = Buffer.from(body).toString('latin1').match(UUID)?.[0] ?? '';
    for (const offset of exchange.responseClientUpdateIdAt ?? []) data.write(id, offset, 'latin1');
    return data;
  }
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [500, 'Internal Server Error'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
]);

/** Texts of a case with the scheduler's address and the folder put in. */
export function put(text: string, folder: string): string {
  return text.replaceAll('http://SCHEDULER', ORIGIN).replaceAll('@TMP@', folder);
}

/** And taken out again, with temporary names and ids that differ from run to run. */
export function takeOut(text: string, folder: string): string {
  return text
    .replaceAll(ORIGIN, 'http://SCHEDULER')
    .replaceAll(folder, '@TMP@')
    .replace(/@TMP@\/tmp\/tmp\w+/g, '@TMP@/tmp/tmpXXXXXX')
    .replace(UUID, '@UUID@');
}

/** Whether an output is the recorded one, as exactly as the case asks. */
export function sameOutput(mode: string | undefined, got: string, want: string): boolean {
  if (got === want || mode === 'sample') return true;
  if (mode === 'lines') return lines(got).sort().join('\n') === lines(want).sort().join('\n');
  if (mode === 'lastline') return lines(got).at(-1) === lines(want).at(-1);
  if (mode === 'json')
    return JSON.stringify(unordered(JSON.parse(got))) === JSON.stringify(unordered(JSON.parse(want)));
  return false;
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function methodOf(body: Uint8Array): string {
  return decodeCall('binary', body).method;
}

/** A call as text that does not depend on the order of sets, maps and JSON keys, nor on random ids. */
function canonical(body: Uint8Array): string {
  const { method, args } = decodeCall('binary', body);
  return `${method} ${JSON.stringify(unordered(args)).replace(UUID, '@UUID@').replaceAll('00000000-0000-4000-8000-000000000000', '@UUID@')}`;
}

function unordered(value: unknown): unknown {
  if (typeof value === 'string' && /^[[{]/.test(value)) {
    try {
      return unordered(JSON.parse(value));
    } catch {
      return value;
    }
  }
  if (value instanceof Map) return unordered(Object.fromEntries(value as Map<string, unknown>));
  if (Array.isArray(value))
    return value.map(unordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, unordered(item)]),
  );
}

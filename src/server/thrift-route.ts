import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { IncomingHttpHeaders } from 'node:http';
import {
  BadArgumentsError,
  decodeCall,
  encodeException,
  encodeReply,
  EXCEPTION_TYPES,
  UnknownMethodError,
} from '../thrift/api.js';
import type { Protocol } from '../thrift/message.js';
import { ThriftError } from '../thrift/thrift-error.js';
import type { ApiService } from './api-service.js';
import { HttpRefusal } from './http-body.js';

/** No request of ours holds nearly as many; a small message must not become a large heap. */
const LIMITS = { elements: 1_000_000 };

const BINARY = 'application/vnd.apache.thrift.binary';
const JSON_TYPE = 'application/vnd.apache.thrift.json';

/** Exactly the original's table: even a charset after `application/json` is refused there. */
const REQUEST_PROTOCOLS: ReadonlyMap<string, Protocol> = new Map<string, Protocol>([
  ['', 'json'],
  ['application/json', 'json'],
  ['application/x-thrift', 'json'],
  [JSON_TYPE, 'json'],
  [`${JSON_TYPE}; charset=utf-8`, 'json'],
  [BINARY, 'binary'],
]);

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** One Thrift call over HTTP. What could not be read at all is a 400; all else is a Thrift message. */
export async function answerThrift(
  service: ApiService,
  headers: IncomingHttpHeaders,
  body: Buffer,
): Promise<HttpAnswer> {
  const contentType = headers['content-type'] ?? '';
  const protocol = REQUEST_PROTOCOLS.get(contentType);
  if (!protocol) throw new HttpRefusal(415, `Unsupported Content-Type: ${contentType}`);
  const answerProtocol: Protocol = headers.accept === BINARY ? 'binary' : 'json';
  const message = await answerMessage(service, protocol, answerProtocol, body);
  return compressed(headers, message, answerProtocol === 'binary' ? BINARY : JSON_TYPE);
}

async function answerMessage(
  service: ApiService,
  protocol: Protocol,
  answerProtocol: Protocol,
  body: Buffer,
): Promise<Buffer> {
  try {
    const call = decodeCall(protocol, body, LIMITS);
    const response = await service.call(call);
    return encodeReply(answerProtocol, call.method, call.sequenceId, response);
  } catch (error) {
    if (error instanceof UnknownMethodError) {
      const { method, sequenceId } = error.envelope;
      return encodeException(answerProtocol, method, sequenceId, {
        message: error.message,
        type: EXCEPTION_TYPES.UNKNOWN_METHOD,
      });
    }
    if (error instanceof BadArgumentsError) {
      const { method, sequenceId } = error.envelope;
      return encodeReply(answerProtocol, method, sequenceId, service.refuseArguments(error));
    }
    if (error instanceof ThriftError) throw new HttpRefusal(400, `${sentence(error.message)}.`);
    throw error;
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const SMALLEST_COMPRESSED_BYTES = 1024;
const compress = promisify(gzip);

async function compressed(
  headers: IncomingHttpHeaders,
  message: Buffer,
  contentType: string,
): Promise<HttpAnswer> {
  const accepted = headers['accept-encoding'] ?? '';
  if (
    message.length < SMALLEST_COMPRESSED_BYTES ||
    !/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:\s|,|$))/.test(accepted)
  )
    return { status: 200, headers: { 'content-type': contentType }, body: message };
  return {
    status: 200,
    headers: { 'content-type': contentType, 'content-encoding': 'gzip', vary: 'accept-encoding' },
    body: await compress(message, { level: 1 }),
  };
}

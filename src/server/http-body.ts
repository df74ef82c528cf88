import type { IncomingMessage } from 'node:http';
import { parseJson } from '../thrift/parse-json.js';
import { ThriftError } from '../thrift/thrift-error.js';

/** A request that is answered with this status and sentence, and changes nothing. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';

  constructor(
    readonly status: 400 | 403 | 404 | 405 | 408 | 413 | 415 | 503,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The whole body, refused with 413 when it is larger than `limitBytes`. What is not much larger is still taken off the
 * connection, or its sender, who reads the answer after writing all of it, would see a broken connection instead.
 */
export function readBody(incoming: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const announced = Number(incoming.headers['content-length'] ?? 0);
  const givenUpBytes = limitBytes + MOST_DISCARDED_BYTES;
  if (announced > givenUpBytes) return Promise.reject(tooLarge(limitBytes));
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) {
        chunks.push(chunk);
        return;
      }
      chunks = [];
      if (size <= givenUpBytes) return;
      incoming.removeAllListeners('data');
      incoming.pause();
      reject(tooLarge(limitBytes));
    });
    incoming.once('end', () => {
      if (size > limitBytes) reject(tooLarge(limitBytes));
      else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size));
    });
    incoming.once('error', () => {
      reject(new HttpRefusal(400, 'The request broke off.'));
    });
    incoming.once('aborted', () => {
      reject(new HttpRefusal(400, 'The request broke off.'));
    });
  });
}

const MOST_DISCARDED_BYTES = 16 << 20;

function tooLarge(limitBytes: number): HttpRefusal {
  return new HttpRefusal(413, `The body is larger than ${limitBytes >> 20} MB.`);
}

/** Parsed JSON that is an object; everything else is a 400. */
export function parseJsonObject(body: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch (error) {
    if (!(error instanceof ThriftError)) throw error;
    throw new HttpRefusal(400, `The body cannot be read: ${error.message}.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new HttpRefusal(400, 'The body must be a JSON object.');
  return value as Record<string, unknown>;
}

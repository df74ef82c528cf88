import { ThriftError } from './thrift-error.js';

/** Deeper than any message of ours, by far. */
const DEEPEST = 64;
/** Members of one object: V8 needs seconds for an object of a million names. */
const MOST_MEMBERS = 10_000;

/**
 * Parses JSON that a stranger sent: strict UTF-8, no byte order mark, and bounds on depth and on the size of
 * objects that are checked before anything is built. Throws a ThriftError.
 */
export function parseJson(bytes: Uint8Array): unknown {
  checkBounds(bytes);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) as unknown;
  } catch {
    throw new ThriftError('this is not JSON in UTF-8');
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const LEFT_BRACKET = 0x5b;
const RIGHT_BRACKET = 0x5d;
const LEFT_BRACE = 0x7b;
const RIGHT_BRACE = 0x7d;

/** Follows strings and brackets only; whether the text is JSON at all is the parser's question. */
function checkBounds(bytes: Uint8Array): void {
  // The members begun so far of the container at each depth; a list has no bound of its own.
  const members: number[] = [0];
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE:
        at = endOfString(bytes, at);
        break;
      case LEFT_BRACE:
      case LEFT_BRACKET:
        if (++depth > DEEPEST) throw new ThriftError(`the JSON is nested deeper than ${DEEPEST} levels`);
        members[depth] = bytes[at] === LEFT_BRACE ? 1 : -Infinity;
        break;
      case RIGHT_BRACE:
      case RIGHT_BRACKET:
        if (depth > 0) depth--;
        break;
      case COMMA:
        members[depth] = (members[depth] ?? 0) + 1;
        if (depth > 0 && (members[depth] ?? 0) > MOST_MEMBERS)
          throw new ThriftError(`an object in the JSON has more than ${MOST_MEMBERS} members`);
        break;
      default:
    }
  }
}

function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request on the loopback port may be meant for us. A web page elsewhere can reach 127.0.0.1
 * through the browser of this machine: under a name of its own (DNS rebinding: the Host says so), or as
 * itself (the Origin says so). Both are refused.
 */
export function isTrustedOrigin(headers: IncomingHttpHeaders): boolean {
  return isLoopbackHost(headers.host ?? '') && isLoopbackOrigin(headers.origin);
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host);
}

function isLoopbackOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  const match = /^https?:\/\/([^/]+)$/.exec(origin);
  return match?.[1] !== undefined && isLoopbackHost(match[1]);
}

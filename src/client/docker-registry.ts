import type { Transport } from './transport.js';

export interface Image {
  readonly name: string;
  readonly tag: string;
}

const DEFAULT_REGISTRY = 'https://registry-1.docker.io';
const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** Finds `name@digest` of an image by asking the registry for the manifest's digest; Bearer challenges are met. */
export function registryResolver(
  transport: Transport,
  registry: string | undefined,
  interrupted: AbortSignal,
): (image: Image) => Promise<string> {
  const base = (registry ?? DEFAULT_REGISTRY).replace(/\/$/, '');
  return async ({ name, tag }) => {
    const url = `${base}/v2/${name}/manifests/${tag}`;
    const ask = (headers: ReadonlyArray<readonly [string, string]>) =>
      transport.send({
        method: 'HEAD',
        url,
        headers: [['Accept', MANIFEST], ...headers],
        timeoutMs: 30_000,
        interrupted,
      });
    let reply = await ask([]);
    if (reply.status === 401) {
      const token = await fetchToken(transport, reply.headers.get('www-authenticate'), interrupted);
      reply = await ask([['Authorization', `Bearer ${token}`]]);
    }
    if (reply.status !== 200) throw new Error(`${url} answers ${reply.status} ${reply.reason}`);
    const digest = reply.headers.get('docker-content-digest');
    if (digest === undefined) throw new Error(`${url} answers without Docker-Content-Digest`);
    return `${name}@${digest}`;
  };
}

async function fetchToken(
  transport: Transport,
  challenge: string | undefined,
  interrupted: AbortSignal,
): Promise<string> {
  const fields = new Map(
    [...(challenge ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
  );
  const realm = fields.get('realm');
  if (!challenge?.toLowerCase().startsWith('bearer ') || realm === undefined || !URL.canParse(realm))
    throw new Error('the registry asks for a login of a kind that is not supported');
  const url = new URL(realm);
  for (const key of ['service', 'scope']) {
    const value = fields.get(key);
    if (value !== undefined) url.searchParams.set(key, value);
  }
  const reply = await transport.send({
    method: 'GET',
    url: url.href,
    headers: [],
    timeoutMs: 30_000,
    interrupted,
  });
  if (reply.status !== 200) throw new Error(`${url.origin} refuses a token: ${reply.status} ${reply.reason}`);
  const { token, access_token: accessToken } = JSON.parse(Buffer.from(reply.body).toString('utf8')) as Record<
    string,
    unknown
  >;
  const chosen = token ?? accessToken;
  if (typeof chosen !== 'string') throw new Error(`${url.origin} answers without a token`);
  return chosen;
}

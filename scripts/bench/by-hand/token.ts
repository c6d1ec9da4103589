import { createPublicKey, hash, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getTls } from 'node:https';

const FETCH_TIMEOUT_MS = 1_500;
const MAX_BYTES = 64 * 1024;
const FRESH_MS = 24 * 3_600_000;
const SKEW_MS = 30_000;
const MAX_CHARS = 8_192;
const MAX_REMEMBERED = 1_000;

interface Caller {
  username: string;
  roles: string[];
  untilMs: number;
}

const remembered = new Map<string, Caller>();
let keys: Promise<Map<string, KeyObject>> | undefined;
let staleMs = 0;

/** Who calls, as an access token of the user pool says; `undefined` when it says so badly. */
export const callerOf = async (authorization = ''): Promise<Caller | undefined> => {
  if (authorization.length > MAX_CHARS) return undefined;
  const digest = hash('sha256', authorization);
  const known = remembered.get(digest);
  if (known !== undefined && Date.now() < known.untilMs) return known;
  const token = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
  const caller = token === undefined ? undefined : await verified(token);
  if (caller === undefined || Date.now() >= caller.untilMs) return undefined;
  const [oldest] = remembered.keys();
  if (remembered.size >= MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  remembered.set(digest, caller);
  return caller;
};

const verified = async (token: string): Promise<Caller | undefined> => {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const { alg, kid, typ: _, ...more } = read(header);
  if (alg !== 'RS256' || Object.keys(more).length > 0) return undefined;
  const claims = read(payload);
  const key = (await freshKeys()).get(String(kid));
  if (key === undefined) return undefined;
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify('sha256', signed, key, bytesOf(signature))) return undefined;
  const { iss, client_id, token_use, scope, exp, nbf = 0, username, sub } = claims;
  const groups = claims['cognito:groups'] ?? [];
  const isOurs =
    iss === process.env.USER_POOL_ISSUER &&
    client_id === process.env.USER_POOL_CLIENT_ID &&
    token_use === 'access' &&
    typeof scope === 'string' &&
    scope.split(' ').includes('openid') &&
    typeof exp === 'number' &&
    typeof nbf === 'number' &&
    Date.now() >= nbf * 1_000 - SKEW_MS &&
    typeof username === 'string' &&
    /^[\p{L}\p{M}\p{N}\p{P}\p{S}]{1,128}$/u.test(username) &&
    typeof sub === 'string' &&
    Array.isArray(groups);
  if (!isOurs) return undefined;
  const roles = ['viewer', 'operator', 'admin'].filter((role) => groups.includes(role));
  return { username, roles, untilMs: exp * 1_000 + SKEW_MS };
};

/** Base64url in which bits are left over would be a second way to write one token. */
const bytesOf = (part: string) => {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw new Error('not base64url');
  return bytes;
};

const read = (part: string): Record<string, unknown> => JSON.parse(bytesOf(part).toString());

const freshKeys = () => {
  if (keys !== undefined && Date.now() < staleMs) return keys;
  staleMs = Date.now() + FRESH_MS;
  keys = fetchKeys().catch((error: unknown) => {
    keys = undefined;
    throw error;
  });
  return keys;
};

const fetchKeys = async () => {
  const url = process.env.JWKS_URL ?? '';
  const get = url.startsWith('https:') ? getTls : getPlain;
  const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false, signal }, resolve).on('error', reject);
  });
  if (answer.statusCode !== 200) throw new Error(`the answer is ${answer.statusCode}`);
  let text = '';
  for await (const chunk of answer) {
    text += chunk;
    if (text.length > MAX_BYTES) throw new Error('the key set is too long');
  }
  const usable = (JSON.parse(text).keys as (JsonWebKey & { kid: string })[]).filter(
    ({ kty, use = 'sig', alg = 'RS256' }) => kty === 'RSA' && use === 'sig' && alg === 'RS256',
  );
  return new Map(
    usable.map(({ kid, kty, n, e }) => [
      kid,
      createPublicKey({ key: { kty, n, e } as JsonWebKey, format: 'jwk' }),
    ]),
  );
};

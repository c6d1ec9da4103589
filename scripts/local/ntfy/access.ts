import { refusal } from './failures.ts';
import type { Limits } from './limits.ts';
import { type Call, parameter } from './request.ts';

export type Permission = 'read-write' | 'read-only' | 'none';

/** What somebody may do: everywhere, or by topic (`none` where nothing is said). */
export interface Grant {
  topics?: Permission | Readonly<Record<string, Permission>>;
  /** A token past its time answers 401 as an unknown one does. */
  expired?: boolean;
}

/** Who there is, on a server that denies everybody else. Without it the server is open. */
export interface Access {
  tokens?: Readonly<Record<string, Grant>>;
  users?: Readonly<Record<string, Grant & { password: string }>>;
}

const EVERYTHING: Grant = { topics: 'read-write' };
const NOTHING: Grant = { topics: 'none' };

/**
 * Who is calling. No credentials, and schemes that the server does not know, are nobody and refused later, per topic.
 * @throws Refusal 40101 for credentials that are wrong, 42909 after too many of them, even for right ones.
 */
export const identify = (call: Call, access: Access | undefined, limits: Limits) => {
  if (access === undefined) return EVERYTHING;
  const header = call.headers.authorization ?? fromQuery(call);
  const [, scheme, value = ''] = /^(Bearer|Basic)\s+(.*)$/i.exec(header ?? '') ?? [];
  if (scheme === undefined) return NOTHING;
  limits.beforeCredentials(call.from);
  const grant = scheme.toLowerCase() === 'bearer' ? byToken(value, access) : byUser(value, access);
  if (grant !== undefined && grant.expired !== true) return grant;
  limits.afterBadCredentials(call.from);
  throw refusal(40101);
};

/** @throws Refusal 40301. */
export const allow = (grant: Grant, topic: string, action: 'read' | 'write'): void => {
  const { topics = 'read-write' } = grant;
  const permission = typeof topics === 'string' ? topics : (topics[topic] ?? 'none');
  const allowed = permission === 'read-write' || (permission === 'read-only' && action === 'read');
  if (!allowed) throw refusal(40301);
};

const byToken = (token: string, { tokens = {} }: Access) =>
  Object.hasOwn(tokens, token) ? tokens[token] : undefined;

const byUser = (credentials: string, access: Access) => {
  const [user = '', ...rest] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  const password = rest.join(':');
  if (user === '') return byToken(password, access);
  const known = access.users?.[user];
  return known?.password === password ? known : undefined;
};

/** `?auth=` carries the whole header in base64url, for clients that cannot set one. */
const fromQuery = (call: Call) => {
  const auth = parameter(call, 'auth');
  return auth === undefined ? undefined : Buffer.from(auth, 'base64url').toString('utf8');
};

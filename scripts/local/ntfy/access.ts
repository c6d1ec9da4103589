import { refusalError } from './failures.ts';
import type { Limits } from './limits.ts';
import type { NtfyRequest } from './request.ts';

export type TopicPermission = 'read-write' | 'read-only' | 'none';

/** The permissions of a caller. */
export interface Grant {
  /** For every topic, or for the listed ones; a topic that is not listed is `none`. */
  topics?: TopicPermission | Readonly<Record<string, TopicPermission>>;
  /** The server answers 401 to an expired token, as to an unknown one. */
  expired?: boolean;
}

/** The tokens and users that a closed server knows. It refuses everybody else. */
export interface Access {
  tokens?: Readonly<Record<string, Grant>>;
  users?: Readonly<Record<string, Grant & { password: string }>>;
}

const EVERYTHING: Grant = { topics: 'read-write' };
const NOTHING: Grant = { topics: 'none' };

/**
 * The permissions of the caller. A caller without credentials, or with an unknown scheme, has no permissions and is
 * refused later, when the topic is known.
 * @throws Refusal 40101 for wrong credentials; 42909 after too many wrong ones, also for correct credentials.
 */
export const identify = (request: NtfyRequest, access: Access | undefined, limits: Limits) => {
  if (access === undefined) return EVERYTHING;
  const header = request.headers.authorization ?? fromQuery(request);
  const [, scheme, value = ''] = /^(Bearer|Basic)\s+(.*)$/i.exec(header ?? '') ?? [];
  if (scheme === undefined) return NOTHING;
  limits.beforeCredentials(request.from);
  const grant = scheme.toLowerCase() === 'bearer' ? byToken(value, access) : byUser(value, access);
  if (grant !== undefined && grant.expired !== true) return grant;
  limits.afterBadCredentials(request.from);
  throw refusalError(40101);
};

/** @throws Refusal 40301 when the caller may not do this with the topic */
export const requirePermission = (grant: Grant, topic: string, action: 'read' | 'write'): void => {
  const { topics = 'read-write' } = grant;
  const permission = typeof topics === 'string' ? topics : (own(topics, topic) ?? 'none');
  const isAllowed =
    permission === 'read-write' || (permission === 'read-only' && action === 'read');
  if (!isAllowed) throw refusalError(40301);
};

const byToken = (token: string, { tokens = {} }: Access) => own(tokens, token);

const byUser = (credentials: string, access: Access) => {
  const [user = '', ...rest] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  const password = rest.join(':');
  if (user === '') return byToken(password, access);
  const known = own(access.users ?? {}, user);
  return known?.password === password ? known : undefined;
};

/** For clients that cannot set headers, `?auth=` contains the whole header in base64url. */
const fromQuery = (request: NtfyRequest) => {
  const auth = request.query.get('auth');
  return auth === null ? undefined : Buffer.from(auth, 'base64url').toString('utf8');
};

/** What a caller names, unless every object has it by inheritance. */
const own = <Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

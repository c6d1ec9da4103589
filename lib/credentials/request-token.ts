import * as z from 'zod/mini';
import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';
import { readJsonResponse } from '#lib/http/read-json-response.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import type { Service } from '#lib/http/service.ts';
import { SECOND_MS } from '#lib/platform/clock.ts';
import { stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { stageCommand } from '#lib/platform/stage-command.ts';
import type { Authentication } from './authentication.ts';
import { readSecretValue } from './read-secret-value.ts';
import { SECRET_VALUES } from './secret-values.ts';

export type PasswordAuthentication = Extract<Authentication, { type: 'oauth_password' }>;

/** A request without authentication. */
export interface CredentialRequest {
  method: 'GET' | 'POST';
  /** It begins with a slash. The origin is that of the service. */
  path: string;
  headers: Record<string, string>;
  body?: string;
  repeatable: true;
  expects: 'json';
  /** What a response says about the service; `undefined`: the status decides. */
  judge: (response: HttpResponse) => Verdict | undefined;
  deadlineMs: number;
  signal: AbortSignal;
}

/**
 * Calls a service through its breaker, without following redirects.
 * @returns the response, except for 429 and 5xx
 * @throws AppError `unavailable` when the service or the connection fail; `BLOCKED_BY_PROVIDER` for a challenge
 */
export type CallService = (service: Service, request: CredentialRequest) => Promise<HttpResponse>;

/** When a call must end. */
export interface CallLimits {
  deadlineMs: number;
  signal: AbortSignal;
}

export interface TokenRequest extends CallLimits {
  call: CallService;
  /** The value of the secret. */
  value: unknown;
}

/** A token and its lifetime. */
export interface IssuedToken {
  token: string;
  /** Milliseconds. */
  lifetimeMs: number;
}

/** The lifetime of a token whose response says 0. Seconds. Measured on CPS. */
const DEFAULT_LIFETIME_S = 3_600;
const MAX_LIFETIME_S = 31 * 24 * 3_600;

/** The response of a token endpoint. Source: RFC 6749, section 5.1. */
const TokenResponse = z.object({
  access_token: z.string().check(z.regex(/^[\w.~+/=-]{1,8192}$/, 'must be a token')),
  token_type: z.string().check(z.regex(/^bearer$/i, 'must be Bearer')),
  expires_in: z.int().check(z.minimum(0), z.maximum(MAX_LIFETIME_S)),
});

/**
 * Requests a token for the user name and the password of a secret.
 * @throws AppError `unavailable` / `CREDENTIALS_REFUSED` for 400, 401 and 403
 * @throws AppError `unavailable` / `UNREADABLE_RESPONSE` for any other response without a token
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` for a value that is not valid
 */
export const requestToken = async (
  service: Service,
  authentication: PasswordAuthentication,
  { call, value, deadlineMs, signal }: TokenRequest,
): Promise<IssuedToken> => {
  const { secret, token_path, client_id: declaredClient, scope } = authentication;
  const { username, password, client_id, client_secret } = readSecretValue(
    secret,
    SECRET_VALUES.oauth_password,
    value,
  );
  const client = client_id ?? declaredClient;
  const form = new URLSearchParams({ grant_type: 'password', username, password });
  for (const [name, text] of Object.entries({ scope, client_id: client, client_secret })) {
    if (text !== undefined) form.set(name, text);
  }
  const clientHeader = declaredClient ?? client_id;
  const response = await call(service, {
    method: 'POST',
    path: token_path,
    headers: {
      Accept: 'application/json',
      'Content-Type': 'application/x-www-form-urlencoded',
      origin: service.origin,
      ...(clientHeader === undefined ? {} : { 'client-id': clientHeader }),
    },
    body: form.toString(),
    repeatable: true,
    expects: 'json',
    judge: (answer) => (isRefusal(answer) ? 'credentials' : undefined),
    deadlineMs,
    signal,
  });
  if (isRefusal(response)) throw refusedError(service, secret, response.status);
  if (response.status !== 200) throw unexpectedStatusError(service, response.status);
  const { access_token, expires_in } = readJsonResponse(response, TokenResponse);
  const lifetimeS = expires_in === 0 ? DEFAULT_LIFETIME_S : expires_in;
  return { token: access_token, lifetimeMs: lifetimeS * SECOND_MS };
};

const REFUSALS: readonly number[] = [400, 401, 403];

/** A challenge for browsers says nothing about the credentials. */
const isRefusal = ({ status, headers }: HttpResponse): boolean =>
  REFUSALS.includes(status) && headers['cf-mitigated'] === undefined;

const refusedError = ({ name }: Service, secret: string, status: number) =>
  new AppError(
    'unavailable',
    'CREDENTIALS_REFUSED',
    `${name} refused the secret ${secret} with ${status}: set it with ${stageCommand(`make secret NAME=${secret}`, stage)}`,
    { retryable: false },
  );

const unexpectedStatusError = ({ name }: Service, status: number) =>
  new AppError(
    'unavailable',
    'UNREADABLE_RESPONSE',
    `${name} responded with ${status} to the request for a token`,
    { retryable: false },
  );

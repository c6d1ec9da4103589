import type { Authentication } from '#lib/credentials/authentication.ts';
import type { Authorization } from '#lib/credentials/credentials.ts';
import type { UsedCredentials } from '#lib/credentials/used-credentials.ts';
import { allowedOrigins } from '#lib/http/allowed-origins.ts';
import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';
import { verdictOfError, verdictOfStatus } from '#lib/http/breaker/verdict.ts';
import { type Agents, httpClient, newAgents } from '#lib/http/client.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import type { Service } from '#lib/http/service.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { OutsideRequest } from './action.ts';
import { challengeError, isChallenge } from './challenge.ts';
import { credentialsRefusedError } from './credentials-refused-error.ts';
import type { CommitContext } from './irreversible.ts';
import type { Exchange } from './service-calls.ts';
import type { CallScope } from './service-client.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface CommitCallOptions {
  clock: Clock;
  /** Timeout of the call. Milliseconds. */
  timeoutMs: number;
  /** Origins that may use plain http and a private address: those of the local stack. */
  localOrigins: readonly string[];
  credentials: Pick<UsedCredentials, 'latest' | 'drop'>;
  scope: Omit<CallScope, 'onResponse'>;
  /** Called before the call, and with its response. */
  onExchange: (exchange: Exchange) => void;
  /** What the call says about the service, for its breaker. Called once, unless nothing could be sent. */
  onVerdict: (verdict: Verdict) => void;
}

/**
 * The call of `commit`: one try without a breaker, with the token that `prepare` used and with new connections, so that
 * nothing but this request is sent.
 */
export const commitCall = (options: CommitCallOptions): Pick<CommitContext, 'send' | 'claims'> => {
  const { credentials } = options;
  return {
    claims: async (service, authentication) =>
      credentials.latest(service, authentication).claims ?? {},
    send: async (service, request) => {
      const { authentication = { type: 'none' } } = request;
      const authorization = credentials.latest(service, authentication);
      const agents = newAgents();
      try {
        const response = await sendOnce(service, request, authorization, { ...options, agents });
        if (response.status === 401) credentials.drop(service, authentication);
        requireAnswer(service, authentication, request, response);
        return response;
      } finally {
        closeAll(agents);
      }
    },
  };
};

const sendOnce = async (
  service: Service,
  request: OutsideRequest,
  { headers: secretHeaders, isCached }: Authorization,
  { clock, timeoutMs, localOrigins, scope, onExchange, onVerdict, agents }: SendOptions,
): Promise<HttpResponse> => {
  const { method, path, body, headers, headersOfTry } = request;
  const { correlationId, deadlineMs, signal } = scope;
  const secrets = Object.values(secretHeaders);
  const allowed = allowedOrigins([service.origin], localOrigins);
  const client = httpClient({ allowed, timeoutMs, clock, agents });
  const url = `${service.origin}${path.replace(/[?#].*$/s, '')}`;
  onExchange({ url });
  try {
    const response = await client({
      method,
      url: `${service.origin}${path}`,
      headers: {
        ...headersOfTry?.(),
        ...headers,
        ...secretHeaders,
        'X-Correlation-ID': correlationId,
      },
      ...(body === undefined ? {} : { body }),
      deadlineMs,
      signal,
    });
    const shown = { ...response, body: withoutSecrets(response.body, secrets) };
    onExchange({ url, status: shown.status, body: shown.body });
    // A token of the cache may have been revoked, which says nothing about the service.
    onVerdict(response.status === 401 && isCached ? 'neutral' : verdictOf(request, response));
    return shown;
  } catch (error) {
    onVerdict(verdictOfError(error));
    throw asUnavailable(error);
  }
};

interface SendOptions extends CommitCallOptions {
  agents: Agents;
}

const verdictOf = ({ expects, judge }: OutsideRequest, response: HttpResponse): Verdict => {
  if (isRefusedChallenge(response, expects)) return 'blocked';
  return judge?.(response) ?? verdictOfStatus(response.status);
};

/** After a timeout of a proxy between us and the service, the service may still carry the call out. */
const REQUEST_TIMEOUT = 408;

/** A page with a 2xx or a 408 may come from a proxy although the service carries the call out. */
const isRefusedChallenge = (response: HttpResponse, expects: OutsideRequest['expects']): boolean =>
  response.status >= 400 && response.status !== REQUEST_TIMEOUT && isChallenge(response, expects);

/** @throws AppError as `CommitContext.send` for a response that is no answer of the service */
const requireAnswer = (
  service: Service,
  authentication: Authentication,
  { expects, responseError }: OutsideRequest,
  response: HttpResponse,
): void => {
  const { status } = response;
  if (isRefusedChallenge(response, expects)) throw challengeError(service);
  const error = responseError?.(response);
  if (error !== undefined) throw error;
  if (status === 401 || status === 403) {
    throw credentialsRefusedError(service, authentication, status);
  }
  if (status < 500 && status !== REQUEST_TIMEOUT) return;
  const message = `the service responded with ${status}`;
  throw new AppError('unavailable', 'HTTP_5XX', message, { sent: true });
};

/** A response that is too large does not say that the call was refused. */
const asUnavailable = (error: unknown): unknown =>
  error instanceof AppError && error.kind === 'invalid' && error.sent !== false
    ? new AppError('unavailable', error.code, error.message, { cause: error, sent: true })
    : error;

const closeAll = (agents: Agents): void => {
  for (const { http, https } of Object.values(agents)) {
    http.destroy();
    https.destroy();
  }
};

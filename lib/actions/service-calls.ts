import type { Authentication } from '#lib/credentials/authentication.ts';
import type { Authorization, Credentials } from '#lib/credentials/credentials.ts';
import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import type { Service } from '#lib/http/service.ts';
import type { ActionContext, OutsideRequest } from './action.ts';
import { credentialsRefusedError } from './credentials-refused-error.ts';
import type { CallScope, SendToService } from './service-client.ts';
import { withoutSecrets } from './without-secrets.ts';

/** The last exchange of a run with a service, without secrets. */
export interface Exchange {
  /** Without the query, which may contain secrets. */
  url: string;
  /** Absent when there was no response. */
  status?: number;
  body?: string;
}

export interface ServiceCallsOptions {
  send: SendToService;
  credentials: Credentials;
  scope: CallScope;
  /** Called before each exchange and with each response. Requests for tokens are left out. */
  onExchange: (exchange: Exchange) => void;
}

/**
 * The calls of one run, authenticated. The token of a service is sent to its origin only. The body of a response does not
 * contain it, because the body may become a result, a push or the text of an error.
 */
export const serviceCalls = ({
  send,
  credentials,
  scope,
  onExchange,
}: ServiceCallsOptions): ActionContext['call'] => {
  const exchange = async (
    service: Service,
    request: OutsideRequest,
    { headers }: Pick<Authorization, 'headers'>,
  ): Promise<HttpResponse> => {
    const url = `${service.origin}${request.path.replace(/[?#].*$/s, '')}`;
    onExchange({ url });
    const sent = { ...request, headers: { ...request.headers, ...headers } };
    const secrets = Object.values(headers);
    // Responses that become an error are recorded, too.
    const onResponse = ({ status, body }: HttpResponse) =>
      onExchange({ url, status, body: withoutSecrets(body, secrets) });
    const response = await send(service, sent, { ...scope, onResponse });
    return { ...response, body: withoutSecrets(response.body, secrets) };
  };

  return async (service, request) => {
    const { authentication = { type: 'none' } } = request;
    const first = await credentials.authorize(service, authentication, scope);
    // Credentials of the cache may have been replaced, which says nothing about the service.
    const judge = (response: HttpResponse): Verdict | undefined =>
      response.status === 401 ? 'neutral' : request.judge?.(response);
    const response = await exchange(
      service,
      first.isCached ? { ...request, judge } : request,
      first,
    );
    if (response.status !== 401) return accepted(service, authentication, response);
    credentials.drop(service, authentication);
    if (!first.isCached) return accepted(service, authentication, response);
    const second = await credentials.authorize(service, authentication, scope);
    return accepted(service, authentication, await exchange(service, request, second));
  };
};

/** @throws AppError as `credentialsRefusedError`, for 401 and 403 */
const accepted = (
  service: Service,
  authentication: Authentication,
  response: HttpResponse,
): HttpResponse => {
  const { status } = response;
  if (status !== 401 && status !== 403) return response;
  throw credentialsRefusedError(service, authentication, status);
};

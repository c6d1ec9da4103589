import type middy from '@middy/core';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import { AppError, type ErrorCode, type ErrorKind } from '#lib/platform/errors.ts';
import { html } from '#lib/platform/markup.ts';
import type { CorrelationContext } from './correlation-id.ts';
import type { HttpErrorsContext } from './http-errors.ts';

/** How an error is answered: as JSON-RPC, as JSON of OAuth, or as a page for people. */
export type ErrorFormat = 'json-rpc' | 'oauth' | 'page';

export interface McpErrorsOptions {
  /** The format of the answer to a request. */
  formatOf: (context: Context, event: APIGatewayProxyEventV2) => ErrorFormat;
  /** The challenge of `WWW-Authenticate` without its error. */
  challenge: string;
}

/** The status of each kind. */
const KINDS: Record<ErrorKind, number> = {
  invalid: 400,
  unauthorized: 401,
  'not-found': 404,
  conflict: 409,
  unavailable: 503,
};

/** The codes whose status is not that of their kind. */
const STATUSES: Partial<Record<ErrorCode, number>> = {
  FORBIDDEN: 403,
  ORIGIN_REFUSED: 403,
  METHOD_NOT_ALLOWED: 405,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMIT_EXCEEDED: 429,
  UNSUPPORTED_MEDIA_TYPE: 415,
  INVALID_CLIENT: 401,
};

/** Source: JSON-RPC 2.0, section 5.1. `-32000` is free for servers. */
const RPC = { parse: -32_700, internal: -32_603, other: -32_000 };

/** The error codes of OAuth 2.0 (RFC 6749, 7591, 8707), by ours. */
const OAUTH: Partial<Record<ErrorCode, string>> = {
  INVALID_REQUEST: 'invalid_request',
  INVALID_CLIENT: 'invalid_client',
  INVALID_GRANT: 'invalid_grant',
  INVALID_TARGET: 'invalid_target',
  INVALID_REDIRECT_URI: 'invalid_redirect_uri',
  INVALID_CLIENT_METADATA: 'invalid_client_metadata',
  UNSUPPORTED_GRANT_TYPE: 'unsupported_grant_type',
  UNSUPPORTED_RESPONSE_TYPE: 'unsupported_response_type',
  // The refusals of the user pool.
  INVALID_AUTHORIZATION_CODE: 'invalid_grant',
  INVALID_REFRESH_TOKEN: 'invalid_grant',
};

const INTERNAL_MESSAGE = 'something went wrong on our side';
const UNAVAILABLE_MESSAGE = 'the service cannot do this now; try again later';

type ErrorContext = CorrelationContext & HttpErrorsContext;

type Request = middy.Request<
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Error,
  ErrorContext
>;

/** Converts every error to a response in the format of the route, and logs it once. */
export const mcpErrors = ({
  formatOf,
  challenge,
}: McpErrorsOptions): middy.MiddlewareObj<
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Error,
  ErrorContext
> => ({
  before: ({ context }: Request) => {
    context.errorHeaders = {};
    context.errorFields = {};
  },

  onError: (request: Request) => {
    const { context, error, event } = request;
    const format = formatOf(context, event);
    const known = error instanceof AppError ? error : undefined;
    const status = statusFor(known, format);
    const line = {
      method: event.requestContext.http.method,
      route: routeIn(context),
      status,
      code: known?.code ?? 'INTERNAL_SERVER_ERROR',
      ...context.errorFields,
    };
    if (status >= 500) context.log.error({ ...line, err: error }, 'request failed');
    else context.log.warn(line, 'request refused');
    const body = BODIES[format](known, context);
    request.response = {
      statusCode: status,
      headers: {
        ...context.errorHeaders,
        ...challengeFor(known, format, challenge, context),
        ...(known?.retryAfterMs === undefined
          ? {}
          : { 'Retry-After': String(Math.ceil(known.retryAfterMs / 1_000)) }),
        'Content-Type': format === 'page' ? 'text/html; charset=utf-8' : 'application/json',
      },
      body,
    };
  },
});

const statusFor = (error: AppError | undefined, format: ErrorFormat): number => {
  if (error === undefined) return 500;
  // RFC 6749, section 5.2: a refused grant is a 400.
  if (format === 'oauth' && OAUTH[error.code] === 'invalid_grant') return 400;
  return STATUSES[error.code] ?? KINDS[error.kind];
};

/** What a caller may read: nothing about our insides. */
const messageFor = (error: AppError | undefined): string => {
  if (error === undefined) return INTERNAL_MESSAGE;
  const isOurs = error.kind === 'unavailable' && STATUSES[error.code] === undefined;
  return isOurs ? UNAVAILABLE_MESSAGE : error.message;
};

const BODIES: Record<ErrorFormat, (error: AppError | undefined, context: Context) => string> = {
  'json-rpc': (error, context) =>
    JSON.stringify({
      jsonrpc: '2.0',
      id: requestIdIn(context),
      error: {
        code: rpcCodeFor(error),
        message: messageFor(error),
        ...(error === undefined || error.details.length === 0
          ? {}
          : { data: { problems: error.details } }),
      },
    }),
  oauth: (error) =>
    JSON.stringify({
      error:
        (error && OAUTH[error.code]) ?? (error === undefined ? 'server_error' : codeFor(error)),
      error_description: messageFor(error),
    }),
  page: (error) =>
    html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Not connected</title></head>
<body><main><h1>Not connected</h1><p>${messageFor(error)}</p></main></body>
</html>`.markup,
};

const codeFor = ({ kind }: AppError): string =>
  kind === 'unavailable' ? 'temporarily_unavailable' : 'invalid_request';

const rpcCodeFor = (error: AppError | undefined): number => {
  if (error === undefined) return RPC.internal;
  return error.code === 'VALIDATION_ERROR' ? RPC.parse : RPC.other;
};

/** Only a client of the protocol follows a challenge. Source: RFC 6750, section 3. */
const challengeFor = (
  error: AppError | undefined,
  format: ErrorFormat,
  challenge: string,
  { errorHeaders }: HttpErrorsContext,
): Record<string, string> => {
  if (format !== 'json-rpc') return {};
  if (statusFor(error, format) === 401) {
    return { 'WWW-Authenticate': errorHeaders['WWW-Authenticate'] ?? challenge };
  }
  // No other token opens the door to a foreign page.
  return error?.code === 'FORBIDDEN'
    ? {
        'WWW-Authenticate': `${challenge}, error="insufficient_scope", error_description="the role of the user does not allow this"`,
      }
    : {};
};

/** The id of the JSON-RPC request, as far as it is known. */
const requestIdIn = (context: Context & { body?: unknown }): string | number | null => {
  const { id } = (context.body ?? {}) as { id?: unknown };
  return typeof id === 'string' || typeof id === 'number' ? id : null;
};

const routeIn = (context: Context & { route?: { path?: string } | undefined }): string =>
  context.route?.path ?? 'none';

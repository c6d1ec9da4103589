import type middy from '@middy/core';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import { AppError, type ErrorCode, type ErrorKind } from '#lib/platform/errors.ts';
import type { CorrelationContext } from './correlation-id.ts';
import type { HttpErrorsContext } from './http-errors.ts';
import { type ErrorFormat, mcpErrorBody, messageFor, oauthCodeOf } from './mcp-error-body.ts';

export interface McpErrorsOptions {
  /** The format of the answer to a request. */
  formatOf: (context: Context, event: APIGatewayProxyEventV2) => ErrorFormat;
  /** The challenge of `WWW-Authenticate` without its error. */
  challenge: string;
  /** The page for a person, with the problem as a clause. */
  errorPage: (problem: string) => { headers: Record<string, string>; text: string };
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
  errorPage,
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
    const { headers, text } =
      format === 'page'
        ? errorPage(messageFor(known))
        : {
            headers: { 'Content-Type': 'application/json' },
            text: mcpErrorBody(format, known, context),
          };
    request.response = {
      statusCode: status,
      headers: {
        ...context.errorHeaders,
        ...challengeFor(known, format, challenge, context),
        ...(known?.retryAfterMs === undefined
          ? {}
          : { 'Retry-After': String(Math.ceil(known.retryAfterMs / 1_000)) }),
        ...headers,
      },
      body: text,
    };
  },
});

const statusFor = (error: AppError | undefined, format: ErrorFormat): number => {
  if (error === undefined) return 500;
  // RFC 6749, section 5.2: a refused grant is a 400.
  if (format === 'oauth' && oauthCodeOf(error.code) === 'invalid_grant') return 400;
  // A 401 needs a challenge, and a page has none.
  if (format === 'page' && error.kind === 'unauthorized') return 400;
  return STATUSES[error.code] ?? KINDS[error.kind];
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

const routeIn = (context: Context & { route?: { path?: string } | undefined }): string =>
  context.route?.path ?? 'none';

import type middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { AppError, type ErrorKind } from '#lib/platform/errors.ts';
import type { CorrelationContext } from './correlation-id.ts';

/** The context of the handlers after this middleware. */
export interface HttpErrorsContext extends Context {
  /** Additional headers of an error response, such as `Allow` or `Set-Cookie`. */
  errorHeaders: Record<string, string>;
  /** Additional fields of the log line about an error. */
  errorFields: Readonly<Record<string, unknown>>;
}

/** The code for each kind. The response has it when the contract does not have the error's own code. */
const KINDS: Record<ErrorKind, ApiErrorCode> = {
  invalid: 'VALIDATION_ERROR',
  unauthorized: 'UNAUTHORIZED',
  'not-found': 'NOT_FOUND',
  conflict: 'CONFLICT',
  unavailable: 'SERVICE_UNAVAILABLE',
};

/** The statuses of the codes that the contract has. */
const STATUSES = {
  VALIDATION_ERROR: 400,
  UNAUTHORIZED: 401,
  INVALID_AUTHORIZATION_CODE: 401,
  INVALID_REFRESH_TOKEN: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  MESSAGE_NOT_FOUND: 404,
  SCHEDULE_NOT_FOUND: 404,
  FLAG_NOT_FOUND: 404,
  EFFECT_NOT_FOUND: 404,
  APPROVAL_NOT_FOUND: 404,
  UNKNOWN_ACTION: 404,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  NOT_FAILED: 409,
  EFFECT_CONFIRMED: 409,
  EFFECT_NOT_RESOLVABLE: 409,
  APPROVAL_DECIDED: 409,
  APPROVAL_EXPIRED: 409,
  NAME_TAKEN: 409,
  TOO_MANY_SCHEDULES: 409,
  TOO_MANY_CHANGES: 409,
  SCHEDULE_CHANGED: 409,
  SCHEDULE_COMPLETED: 409,
  FLAG_CHANGED: 409,
  PRECONDITION_FAILED: 412,
  IDEMPOTENCY_IN_PROGRESS: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  IDEMPOTENCY_MISMATCH: 422,
  FEATURE_DISABLED: 503,
  SERVICE_UNAVAILABLE: 503,
} as const;

/** Every code that an error response can have. */
export type ApiErrorCode = keyof typeof STATUSES | 'INTERNAL_SERVER_ERROR';

export const statusOf = (code: ApiErrorCode): number =>
  code === 'INTERNAL_SERVER_ERROR' ? 500 : STATUSES[code];

/** The header `WWW-Authenticate` of a 401. Source: RFC 9110, section 11.6.1. */
export const CHALLENGE = 'Bearer realm="rez-agent"';

const MAX_DETAILS = 100;
const UNAVAILABLE = 'the service cannot do this now; try again later';

interface ErrorResponse {
  status: number;
  body: { code: ApiErrorCode; message: string; details?: AppError['details'] };
  headers: Record<string, string>;
}

type Request = middy.Request<
  APIGatewayProxyEventV2,
  unknown,
  Error,
  CorrelationContext & HttpErrorsContext
>;

/**
 * Converts every error to the envelope `{ error: { code, message, details, correlation_id } }` with its status, and logs it
 * once. An error that is not an AppError becomes a 500 without details.
 */
export const httpErrors = (): middy.MiddlewareObj<
  APIGatewayProxyEventV2,
  unknown,
  Error,
  CorrelationContext & HttpErrorsContext
> => {
  const errorHandler = httpErrorHandler({ logger: false });

  return {
    before: ({ context }: Request) => {
      context.errorHeaders = {};
      context.errorFields = {};
    },

    onError: async (request: Request) => {
      const { context, error, event } = request;
      const { status, body, headers } = responseTo(error);
      const { method } = event.requestContext.http;
      const route = routeOf(context);
      const line = { method, route, status, code: body.code, ...context.errorFields };
      // An operator switched off the feature, so the log line is not an error.
      const isSwitchedOff = error instanceof AppError && error.heldBy !== undefined;
      if (status >= 500 && !isSwitchedOff)
        context.log.error({ ...line, err: error }, 'request failed');
      else context.log.warn(line, 'request refused');

      const envelope = { error: { ...body, correlation_id: context.correlationId } };
      request.error = Object.assign(new Error(JSON.stringify(envelope)), {
        statusCode: status,
        expose: true,
        headers: {
          ...(status === 401 ? { 'WWW-Authenticate': CHALLENGE } : {}),
          ...context.errorHeaders,
          ...headers,
        },
      });
      await errorHandler.onError?.(request);
    },
  };
};

/** The path pattern of the operation. The path of the request itself may contain anything. */
const routeOf = (context: Context & { route?: { path?: string } | undefined }): string =>
  context.route?.path ?? 'none';

const isInContract = (code: string): code is keyof typeof STATUSES => Object.hasOwn(STATUSES, code);

const responseTo = (error: unknown): ErrorResponse => {
  if (!(error instanceof AppError)) {
    const code = 'INTERNAL_SERVER_ERROR';
    const message = 'something went wrong on our side';
    return { status: statusOf(code), body: { code, message }, headers: {} };
  }
  const { kind, details, message, retryAfterMs } = error;
  const isKnown = isInContract(error.code);
  const code = isInContract(error.code) ? error.code : KINDS[kind];
  return {
    status: statusOf(code),
    body: {
      code,
      message: isKnown || kind !== 'unavailable' ? message : UNAVAILABLE,
      ...(details.length > 0 ? { details: details.slice(0, MAX_DETAILS) } : {}),
    },
    headers:
      retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1_000)) },
  };
};

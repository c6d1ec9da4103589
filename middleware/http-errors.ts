import type middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { AppError, type ErrorKind } from '#lib/errors.ts';
import type { CorrelationContext } from './correlation-id.ts';

/** What handlers after this middleware find on their context. */
export interface HttpErrorsContext extends Context {
  /** Headers that an error's answer carries beside its own. Put there before throwing: `Allow`, `WWW-Authenticate`. */
  errorHeaders: Record<string, string>;
}

/** What each kind is to a caller; a code that the contract does not know is answered as this one. */
const KINDS: Record<ErrorKind, { status: number; code: string }> = {
  invalid: { status: 400, code: 'VALIDATION_ERROR' },
  unauthorized: { status: 401, code: 'UNAUTHORIZED' },
  'not-found': { status: 404, code: 'NOT_FOUND' },
  conflict: { status: 409, code: 'CONFLICT' },
  unavailable: { status: 503, code: 'SERVICE_UNAVAILABLE' },
};

/** Codes of the contract, with their status where it is not their kind's. */
const CODES: Readonly<Record<string, number | undefined>> = {
  VALIDATION_ERROR: undefined,
  UNAUTHORIZED: undefined,
  FORBIDDEN: 403,
  MESSAGE_NOT_FOUND: undefined,
  ROUTE_NOT_FOUND: undefined,
  METHOD_NOT_ALLOWED: 405,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  FEATURE_DISABLED: undefined,
};

const MAX_DETAILS = 100;
const UNAVAILABLE = 'the service cannot do this now; try again later';

interface Answer {
  status: number;
  body: { code: string; message: string; details?: AppError['details'] };
  headers: Record<string, string>;
}

type Request = middy.Request<
  APIGatewayProxyEventV2,
  unknown,
  Error,
  CorrelationContext & HttpErrorsContext
>;

/**
 * Every error as the envelope `{ error: { code, message, details, correlation_id } }` with its status; what is not an
 * AppError is a 500 that says nothing. One log line per error.
 */
export const httpErrors = (): middy.MiddlewareObj<
  APIGatewayProxyEventV2,
  unknown,
  Error,
  CorrelationContext & HttpErrorsContext
> => {
  const answering = httpErrorHandler({ logger: false });

  return {
    before: ({ context }: Request) => {
      context.errorHeaders = {};
    },

    onError: async (request: Request) => {
      const { context, error, event } = request;
      const { status, body, headers } = answerTo(error);
      const { method } = event.requestContext.http;
      const line = { method, route: event.rawPath.slice(0, 100), status, code: body.code };
      if (status >= 500) context.log.error({ ...line, err: error }, 'request failed');
      else context.log.warn(line, 'request refused');

      const envelope = { error: { ...body, correlation_id: context.correlationId } };
      request.error = Object.assign(new Error(JSON.stringify(envelope)), {
        statusCode: status,
        expose: true,
        headers: { ...context.errorHeaders, ...headers },
      });
      await answering.onError?.(request);
    },
  };
};

const answerTo = (error: unknown): Answer => {
  if (!(error instanceof AppError)) {
    const body = { code: 'INTERNAL_SERVER_ERROR', message: 'something went wrong on our side' };
    return { status: 500, body, headers: {} };
  }
  const { kind, code, details, message, retryAfterMs } = error;
  const known = Object.hasOwn(CODES, code);
  return {
    status: CODES[code] ?? KINDS[kind].status,
    body: {
      code: known ? code : KINDS[kind].code,
      message: known || kind !== 'unavailable' ? message : UNAVAILABLE,
      ...(details.length > 0 ? { details: details.slice(0, MAX_DETAILS) } : {}),
    },
    headers:
      retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1_000)) },
  };
};

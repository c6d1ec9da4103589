import type { Context } from 'aws-lambda';
import type { AppError, ErrorCode } from '#lib/platform/errors.ts';

/** How an error is answered: as JSON-RPC, as JSON of OAuth, or as a page for people. */
export type ErrorFormat = 'json-rpc' | 'oauth' | 'page';

type JsonFormat = Exclude<ErrorFormat, 'page'>;

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
  // The refusals of the user pool.
  INVALID_AUTHORIZATION_CODE: 'invalid_grant',
  INVALID_REFRESH_TOKEN: 'invalid_grant',
};

const INTERNAL_MESSAGE = 'something went wrong on our side';
const UNAVAILABLE_MESSAGE = 'the service cannot do this now; try again later';

/** The JSON that answers an error. `undefined`: an error that nobody expected, about which the caller learns nothing. */
export const mcpErrorBody = (
  format: JsonFormat,
  error: AppError | undefined,
  context: Context,
): string => BODIES[format](error, context);

/** The error code of OAuth 2.0 for a code of ours. */
export const oauthCodeOf = (code: ErrorCode): string | undefined => OAUTH[code];

const BODIES: Record<JsonFormat, (error: AppError | undefined, context: Context) => string> = {
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
};

/** What a caller may read: nothing about our insides. A clause without a full stop. */
export const messageFor = (error: AppError | undefined): string => {
  if (error === undefined) return INTERNAL_MESSAGE;
  const isOurs = error.kind === 'unavailable' && error.code !== 'RATE_LIMIT_EXCEEDED';
  return isOurs ? UNAVAILABLE_MESSAGE : error.message;
};

const codeFor = ({ kind }: AppError): string =>
  kind === 'unavailable' ? 'temporarily_unavailable' : 'invalid_request';

const rpcCodeFor = (error: AppError | undefined): number => {
  if (error === undefined) return RPC.internal;
  return error.code === 'VALIDATION_ERROR' ? RPC.parse : RPC.other;
};

/** The id of the JSON-RPC request, as far as it is known. */
const requestIdIn = (context: Context & { body?: unknown }): string | number | null => {
  const { id } = (context.body ?? {}) as { id?: unknown };
  return typeof id === 'string' || typeof id === 'number' ? id : null;
};

import type { ApiErrorCode } from '#middleware/http-errors.ts';
import type { HeaderName } from './headers.ts';
import type { OperationContract } from './model.ts';

/** The properties of an operation that decide which errors it can return. */
export interface Kind {
  isPublic: boolean;
  takesBody: boolean;
  takesKey: boolean;
}

interface ErrorText {
  /** When the error is returned. */
  when: string;
  message: string;
  details?: readonly { path: string; problem: string }[];
  headers?: readonly HeaderName[];
}

/** The meaning of each code for a caller, and an example of the response. */
export const ERRORS: Readonly<Record<ApiErrorCode, ErrorText>> = {
  VALIDATION_ERROR: {
    when: 'The query or the body has a malformed or unknown part. `details` lists all problems, at most 100. Problems of values that do not fit each other are only listed if every value is well-formed.',
    message: 'the query is not valid',
    details: [{ path: 'colour', problem: 'is not a known parameter' }],
  },
  UNAUTHORIZED: {
    when: 'The request has no access token, or the token has expired or is invalid.',
    message: 'sign in',
    headers: ['WWW-Authenticate'],
  },
  INVALID_AUTHORIZATION_CODE: {
    when: 'The code is unknown, used or expired, or the verifier does not belong to it. Start a new sign-in.',
    message: 'the code is not valid; sign in again',
    headers: ['WWW-Authenticate'],
  },
  INVALID_REFRESH_TOKEN: {
    when: 'The refresh token is missing, used, revoked or expired. Its cookie is cleared. Sign in again.',
    message: 'there is no refresh token',
    headers: ['WWW-Authenticate', 'Set-Cookie'],
  },
  FORBIDDEN: {
    when: 'The role of the caller does not allow the operation.',
    message: 'this needs another role',
  },
  NOT_FOUND: { when: 'The resource does not exist.', message: 'there is no such resource' },
  MESSAGE_NOT_FOUND: {
    when: 'No message has this id. Messages are deleted 90 days after they end.',
    message: 'there is no message msg_20260301120000_7ZK3V9Q2M4T8XB1C',
  },
  SCHEDULE_NOT_FOUND: {
    when: 'No schedule has this id, or it is deleted.',
    message: 'there is no schedule sched_20260301120000_7ZK3V9Q2',
  },
  FLAG_NOT_FOUND: {
    when: 'No flag has this name. `GET /api/flags` lists all.',
    message: 'there is no such flag; GET /api/flags lists all',
  },
  EFFECT_NOT_FOUND: {
    when: 'No effect has this id.',
    message: 'there is no such effect',
  },
  APPROVAL_NOT_FOUND: {
    when: 'No approval has this id. Approvals are deleted after 90 days.',
    message: 'there is no such approval',
  },
  UNKNOWN_ACTION: {
    when: 'No operation has this action and this name. `GET /api/actions` lists all.',
    message: 'there is no such operation; GET /api/actions lists all',
  },
  ROUTE_NOT_FOUND: { when: 'No operation has this path.', message: 'there is no such route' },
  METHOD_NOT_ALLOWED: {
    when: 'The path exists, but not with this method. `Allow` lists its methods.',
    message: 'this path does not support this method',
  },
  CONFLICT: {
    when: 'Another request changed the resource first.',
    message: 'another change was faster',
  },
  NOT_FAILED: {
    when: 'The message has not failed. Only a failed message can be redriven.',
    message: 'only a failed message can be redriven',
  },
  EFFECT_CONFIRMED: {
    when: 'The service has carried out the effect of the message, so the message cannot be redriven. Resolve the effect as `reversed` if it no longer stands.',
    message: 'the service has carried out the effect of this message',
  },
  EFFECT_NOT_RESOLVABLE: {
    when: 'The effect does not have the status that this outcome requires. Only an `unknown` effect can be resolved as `confirmed` or `rejected`, and only a `confirmed` effect as `reversed`.',
    message: 'only an unknown effect can be resolved as rejected; this one is confirmed',
  },
  APPROVAL_DECIDED: {
    when: 'The approval is already decided.',
    message: 'user:ada approved this at 2026-03-01T12:00:00.000Z',
  },
  APPROVAL_EXPIRED: {
    when: 'The time of the approval is over.',
    message: 'this approval expired at 2026-03-01T12:30:00.000Z',
  },
  NAME_TAKEN: {
    when: 'Another schedule has this name.',
    message: 'another schedule is called weekday-tea',
  },
  TOO_MANY_SCHEDULES: {
    when: 'The maximum number of schedules is active.',
    message: '100 schedules are active already',
  },
  TOO_MANY_CHANGES: {
    when: 'The times of the schedule changed twenty times within five minutes. `Retry-After` says when they can change again.',
    message:
      'the times of schedule sched_20260301120000_7ZK3V9Q2 changed 20 times within five minutes',
    headers: ['Retry-After'],
  },
  SCHEDULE_CHANGED: {
    when: 'Another request changed the schedule at the same time. Get the schedule and try again.',
    message: 'another change was faster',
  },
  SCHEDULE_COMPLETED: {
    when: 'The schedule is completed and will not fire again. Replace it with new times to start it again.',
    message: 'schedule sched_20260301120000_7ZK3V9Q2 is completed',
  },
  FLAG_CHANGED: {
    when: 'Somebody else changed the flag at the same time. The value of either request can be in use. Get the flag again and check its value.',
    message:
      'somebody else changed the flag at the same time: get it again, check its value and repeat the change if needed',
  },
  PRECONDITION_FAILED: {
    when: '`If-Match`, or `version` in the body, is not the current revision.',
    message: 'the schedule is at revision 3',
  },
  IDEMPOTENCY_IN_PROGRESS: {
    when: 'The first request with this `Idempotency-Key` is still running.',
    message: 'the first request with this Idempotency-Key is still running',
    headers: ['Retry-After'],
  },
  IDEMPOTENCY_MISMATCH: {
    when: 'This `Idempotency-Key` was used with another body.',
    message: 'this Idempotency-Key was used with another body',
  },
  PAYLOAD_TOO_LARGE: {
    when: 'The body is larger than 256 KB.',
    message: 'the body is larger than 256 KB',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    when: 'The `Content-Type` is not `application/json` in UTF-8, or the request has a `Content-Encoding`.',
    message: 'send application/json',
  },
  INTERNAL_SERVER_ERROR: {
    when: 'An internal error. The log contains it under the correlation id; the response has no details.',
    message: 'something went wrong on our side',
  },
  FEATURE_DISABLED: {
    when: 'An operator has switched the operation off.',
    message: 'manual-messages is switched off',
    headers: ['Retry-After'],
  },
  SERVICE_UNAVAILABLE: {
    when: 'A dependency does not respond. It is safe to retry the request later.',
    message: 'the service cannot do this now; try again later',
    headers: ['Retry-After'],
  },
};

/** The codes that an operation can return: its own, and those of every operation of its kind. */
export const errorsOf = (
  { errors = [] }: Pick<OperationContract, 'errors'>,
  { isPublic, takesBody, takesKey }: Kind,
): ApiErrorCode[] => [
  'VALIDATION_ERROR',
  ...(isPublic ? [] : (['UNAUTHORIZED', 'FORBIDDEN'] as const)),
  ...(takesBody ? (['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const) : []),
  ...(takesKey ? (['IDEMPOTENCY_IN_PROGRESS', 'IDEMPOTENCY_MISMATCH'] as const) : []),
  ...errors,
  'INTERNAL_SERVER_ERROR',
  'SERVICE_UNAVAILABLE',
];

/** Responses of the gateway, for requests that do not reach the API. */
export const GATEWAY_RESPONSES: readonly { status: number; message: string; when: string }[] = [
  { status: 401, message: 'Unauthorized', when: 'The request has no access token.' },
  { status: 403, message: 'Forbidden', when: 'This deployment did not issue the access token.' },
  { status: 429, message: 'Too Many Requests', when: 'Too many requests for this stage.' },
];

import type { ApiErrorCode } from '#middleware/http-errors.ts';
import type { HeaderName } from './headers.ts';
import type { OperationContract } from './model.ts';

/** The part of a route that decides what every operation like it can answer. */
export interface Kind {
  isPublic: boolean;
  takesBody: boolean;
  takesKey: boolean;
}

interface ErrorText {
  /** When it is answered. */
  when: string;
  message: string;
  details?: readonly { path: string; problem: string }[];
  headers?: readonly HeaderName[];
}

/** What each code means to a caller, and what an answer with it looks like. */
export const ERRORS: Readonly<Record<ApiErrorCode, ErrorText>> = {
  VALIDATION_ERROR: {
    when: 'Something in the query or the body is malformed or unknown. `details` names what is wrong, all of it at once, a hundred places at most; what only makes no sense together is looked for once every part is well formed.',
    message: 'the query is not valid',
    details: [{ path: 'colour', problem: 'is not a known parameter' }],
  },
  UNAUTHORIZED: {
    when: 'Nobody is signed in, or the sign-in has expired.',
    message: 'sign in',
    headers: ['WWW-Authenticate'],
  },
  INVALID_AUTHORIZATION_CODE: {
    when: 'The code is unknown, used or too old, or the verifier is not its own. Begin anew.',
    message: 'the code is not valid; sign in again',
    headers: ['WWW-Authenticate'],
  },
  INVALID_REFRESH_TOKEN: {
    when: 'There is no refresh token, or it is used, revoked or too old; a cookie with it is cleared. Sign in again.',
    message: 'there is no refresh token',
    headers: ['WWW-Authenticate', 'Set-Cookie'],
  },
  FORBIDDEN: {
    when: 'Whoever is signed in may not do this.',
    message: 'this needs another role',
  },
  NOT_FOUND: { when: 'What the path names does not exist.', message: 'there is no such thing' },
  MESSAGE_NOT_FOUND: {
    when: 'No message has this id; it may have been deleted when its time was over.',
    message: 'there is no message msg_20260301120000_7ZK3V9Q2M4T8XB1C',
  },
  SCHEDULE_NOT_FOUND: {
    when: 'No schedule has this id, or it is deleted.',
    message: 'there is no schedule sched_20260301120000_7ZK3V9Q2',
  },
  ROUTE_NOT_FOUND: { when: 'No operation has this path.', message: 'there is no such route' },
  METHOD_NOT_ALLOWED: {
    when: 'The path exists, with other methods; `Allow` lists them.',
    message: 'this path does not know that method',
  },
  CONFLICT: {
    when: 'Somebody else was faster.',
    message: 'this was changed by somebody else in the meantime',
  },
  NOT_FAILED: {
    when: 'Only what has failed can be redriven.',
    message: 'only a failed message can be redriven',
  },
  NAME_TAKEN: {
    when: 'Another schedule has this name.',
    message: 'another schedule is called weekday-tea',
  },
  TOO_MANY_SCHEDULES: {
    when: 'As many schedules are active as the deployment allows.',
    message: '100 schedules are active already',
  },
  SCHEDULE_CHANGED: {
    when: 'Somebody else changed the schedule at the same moment. Look at it and try again.',
    message: 'another change was faster',
  },
  SCHEDULE_COMPLETED: {
    when: 'The schedule is over: nothing will fire any more. A replacement can begin it anew.',
    message: 'schedule sched_20260301120000_7ZK3V9Q2 is completed',
  },
  PRECONDITION_FAILED: {
    when: '`If-Match` names a revision that is not the last.',
    message: 'the schedule is at revision 3',
  },
  IDEMPOTENCY_IN_PROGRESS: {
    when: 'The first request with this `Idempotency-Key` is still being worked on.',
    message: 'the first request with this Idempotency-Key is still running',
    headers: ['Retry-After'],
  },
  IDEMPOTENCY_MISMATCH: {
    when: 'This `Idempotency-Key` was used with another body.',
    message: 'this Idempotency-Key was used with another body',
  },
  PAYLOAD_TOO_LARGE: {
    when: 'The body has more than 256 KB.',
    message: 'the body is larger than 256 KB',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    when: 'The body is not declared as `application/json`.',
    message: 'send application/json',
  },
  INTERNAL_SERVER_ERROR: {
    when: 'A mistake of ours. It is logged under the correlation id; the answer says nothing more.',
    message: 'something went wrong on our side',
  },
  FEATURE_DISABLED: {
    when: 'An operator has switched this off.',
    message: 'manual-messages is switched off',
    headers: ['Retry-After'],
  },
  SERVICE_UNAVAILABLE: {
    when: 'Something that this needs does not answer. Trying again later is safe.',
    message: 'the service cannot do this now; try again later',
    headers: ['Retry-After'],
  },
};

/** Codes that an operation can answer: its own, and those of every operation of its kind. */
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

/** Statuses that the gateway answers by itself, before the API is asked, and what it says then. */
export const GATEWAY_RESPONSES: readonly { status: number; message: string; when: string }[] = [
  { status: 401, message: 'Unauthorized', when: 'The request carries no token.' },
  { status: 403, message: 'Forbidden', when: 'The token never was one of ours.' },
  { status: 429, message: 'Too Many Requests', when: 'More requests than the stage takes.' },
];

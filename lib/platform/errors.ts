/**
 * The kinds of error, one for each of the five ways a caller can react. Each transport has one mapping: HTTP status
 * (`middleware/http-errors.ts`) and queue (`lib/engine/settle.ts`).
 */
export type ErrorKind = 'invalid' | 'unauthorized' | 'not-found' | 'conflict' | 'unavailable';

/** Every code of an `AppError`. Rows, logs and responses contain it. */
export const ERROR_CODES = [
  // why a message failed or waits
  'EXPIRED',
  'ATTEMPTS_EXHAUSTED',
  'HOPS_EXCEEDED',
  'UNSUPPORTED_VERSION',
  'INVALID_PAYLOAD',
  'UNKNOWN_OPERATION',
  'CIRCUIT_OPEN',
  'FEATURE_DISABLED',
  'CONFIG_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'INTERNAL',
  'DEADLINE',
  // why an outbound call failed; `NTFY_…` contains ntfy's own code
  'HTTP_TIMEOUT',
  'HTTP_CONNECTION',
  'HTTP_DEADLINE',
  'HTTP_429',
  'HTTP_5XX',
  'ORIGIN_NOT_ALLOWED',
  'ADDRESS_NOT_PUBLIC',
  'REQUEST_MALFORMED',
  'RESPONSE_TOO_LARGE',
  // why a web action failed or waits
  'UNKNOWN_ACTION',
  'UNKNOWN_ENDPOINT',
  'BLOCKED_BY_PROVIDER',
  'CREDENTIALS_REFUSED',
  'REFUSED_BY_PROVIDER',
  'UNREADABLE_RESPONSE',
  // why an irreversible action failed or waits
  'APPROVAL_PENDING',
  'APPROVAL_DENIED',
  'APPROVAL_EXPIRED',
  'EFFECT_IN_PROGRESS',
  'EFFECT_EXISTS',
  'EFFECT_REJECTED',
  'EFFECT_UNKNOWN',
  'PRICE_ABOVE_LIMIT',
  'QUOTA_EXCEEDED',
  'NOT_CARRIED_OUT',
  // why a record of a queue is refused
  'UNREADABLE_BODY',
  'TYPE_NOT_ACCEPTED',
  'UNREADABLE_FIRE',
  'SCHEDULE_NOT_FOUND',
  // why a token cannot be verified
  'KEYS_UNAVAILABLE',
  // conflicts
  'CLAIM_LOST',
  'MESSAGE_EXISTS',
  'NOT_FAILED',
  'EFFECT_CONFIRMED',
  'EFFECT_NOT_RESOLVABLE',
  'APPROVAL_DECIDED',
  'NAME_TAKEN',
  'TOO_MANY_SCHEDULES',
  'TOO_MANY_CHANGES',
  'SCHEDULE_CHANGED',
  'SCHEDULE_COMPLETED',
  'FLAG_CHANGED',
  'PRECONDITION_FAILED',
  // EventBridge
  'SCHEDULE_REFUSED',
  'SCHEDULER_UNAVAILABLE',
  'IDEMPOTENCY_IN_PROGRESS',
  // why the API refuses a request
  'VALIDATION_ERROR',
  'UNAUTHORIZED',
  'INVALID_AUTHORIZATION_CODE',
  'INVALID_REFRESH_TOKEN',
  'SIGN_IN_FAILED',
  'FORBIDDEN',
  'MESSAGE_NOT_FOUND',
  'EFFECT_NOT_FOUND',
  'APPROVAL_NOT_FOUND',
  'FLAG_NOT_FOUND',
  'ROUTE_NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'IDEMPOTENCY_MISMATCH',
  'SERVICE_UNAVAILABLE',
  // why the MCP server refuses a request
  'UNKNOWN_TOOL',
  'RATE_LIMIT_EXCEEDED',
  'ORIGIN_REFUSED',
  // why the sign-in of an MCP client is refused: the error codes of OAuth 2.0 in upper case
  'INVALID_REQUEST',
  'INVALID_CLIENT',
  'INVALID_GRANT',
  'INVALID_TARGET',
  'INVALID_REDIRECT_URI',
  'INVALID_CLIENT_METADATA',
  'UNSUPPORTED_GRANT_TYPE',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number] | `NTFY_${string}`;

/** One problem of an input and its place: `{ path: "payload.title", problem: "too long" }`. */
export interface Problem {
  path: string;
  problem: string;
}

export interface AppErrorOptions extends ErrorOptions {
  /** When a retry may help. Milliseconds from now. Only with `unavailable` and `conflict`. */
  retryAfterMs?: number;
  /** Exactly how long the message is parked, instead of the backoff of the engine. Milliseconds. Only with `unavailable`. */
  parkForMs?: number;
  /** Whether a retry within the same call can help. Only with `unavailable`. */
  retryable?: boolean;
  /** The flag or service that the message is held for, instead of being parked until a time. Only with `unavailable`. */
  heldBy?: string;
  /**
   * Whether the outbound call that failed may have reached the service. False only when no byte was sent. Absent for errors
   * of anything else.
   */
  sent?: boolean;
  /** The problems of the input. Only with `invalid`. */
  details?: readonly Problem[];
}

/**
 * The only error class we throw on purpose. Branch on `kind`; search logs by `code`.
 * Both are literals, so they survive bundling and minification; class names do not.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly parkForMs: number | undefined;
  readonly retryable: boolean;
  readonly heldBy: string | undefined;
  readonly sent: boolean | undefined;
  readonly details: readonly Problem[];

  constructor(kind: ErrorKind, code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.kind = kind;
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.parkForMs = options.parkForMs;
    this.retryable = options.retryable ?? true;
    this.heldBy = options.heldBy;
    this.sent = options.sent;
    this.details = options.details ?? [];
  }
}

/** The error with this value of `sent`: itself, or a copy, because other callers may hold the same error. */
export const withSent = (error: AppError, sent: boolean): AppError => {
  if (error.sent === sent) return error;
  const { kind, code, message, cause, stack } = error;
  const copy = new AppError(kind, code, message, cause === undefined ? {} : { cause });
  return Object.assign(copy, error, { sent, ...(stack === undefined ? {} : { stack }) });
};

/**
 * What went wrong, in the five ways a caller can act on it. Each transport owns one mapping:
 * HTTP status (middleware/http-errors) and queue (lib/engine/consume).
 */
export type ErrorKind = 'invalid' | 'unauthorized' | 'not-found' | 'conflict' | 'unavailable';

/** One thing that is wrong with an input, and where: `{ path: "payload.title", problem: "too long" }`. */
export interface Problem {
  path: string;
  problem: string;
}

export interface AppErrorOptions extends ErrorOptions {
  /** When trying again may help. Milliseconds from now. Only with `unavailable`. */
  retryAfterMs?: number;
  /** Whether trying again within the same call can help. Only with `unavailable`. */
  retryable?: boolean;
  /** The flag or service whose return releases the work: it is held for that, not retried by time. Only with `unavailable`. */
  heldBy?: string;
  /** What exactly is wrong with the input. Only with `invalid`. */
  details?: readonly Problem[];
}

/**
 * The only error class we throw on purpose. Branch on `kind`; search logs by `code`.
 * Both are literals, so they survive bundling and minification; class names do not.
 */
export class AppError<Code extends string = string> extends Error {
  override readonly name = 'AppError';
  readonly kind: ErrorKind;
  readonly code: Code;
  readonly retryAfterMs: number | undefined;
  readonly retryable: boolean;
  readonly heldBy: string | undefined;
  readonly details: readonly Problem[];

  constructor(kind: ErrorKind, code: Code, message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.kind = kind;
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.retryable = options.retryable ?? true;
    this.heldBy = options.heldBy;
    this.details = options.details ?? [];
  }
}

import type { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { MetricName } from '#lib/platform/metrics.ts';
import type { Message } from './message.ts';
import type { MessageType } from './routes.ts';

/** A child that the engine puts for a message. */
export interface ChildDraft {
  /** Why the child exists; a stable name. The child's id is derived from it and from the parent's id. */
  purpose: string;
  message_type: MessageType;
  payload: Record<string, unknown>;
  arguments?: Record<string, unknown>;
}

/** The result of work: it is done, or it ends with an error and with children that report the error. */
export type Outcome = CompletedWork | EndedWithError;

export interface CompletedWork {
  /** At most 8 KB as JSON. */
  result?: Record<string, unknown>;
  children?: readonly ChildDraft[];
  /** The id that the channel gave to a push. */
  notification_id?: string;
  /** The result row of a web action. */
  result_id?: string;
}

/** Work that fails, waits or is held, with children that report it. Work without such children throws its error. */
export interface EndedWithError {
  error: AppError;
  /** They are put before the row is written, so a repeated run puts the same ones. */
  children: readonly ChildDraft[];
}

/** The values of metrics, by name. */
export type MetricValues = Partial<Record<MetricName, number>>;

/** What a run can store in the row of its message before it ends. */
export interface RecordedFacts {
  approval_id?: string;
  effect_id?: string;
  /** Milliseconds. */
  validForMs?: number;
}

/** What the engine passes to the work about its run. */
export interface Run {
  /** The engine ends the run at this time. Milliseconds since the Unix epoch. */
  deadlineMs: number;
  /** Aborts at the deadline. */
  signal: AbortSignal;
  log: Logger;
  /** Metrics of this run. The engine adds them to the log line about its end. */
  measure: (values: MetricValues) => void;
  /**
   * Stores `send_started`. Call it before the first send, so that a later run knows that the send may have happened.
   * @throws AppError `conflict` / `CLAIM_LOST`
   */
  recordSendStarted: () => Promise<void>;
  /**
   * Stores facts about the work in the row, while the run owns the claim. `validForMs` raises `valid_until` to at least that
   * long from now.
   * @throws AppError `conflict` / `CLAIM_LOST`
   */
  record: (facts: RecordedFacts) => Promise<void>;
  /**
   * Reads the claim once more. Call it immediately before a call that must not happen twice.
   * @throws AppError `conflict` / `CLAIM_LOST`
   */
  requireClaim: () => Promise<void>;
}

/**
 * A business function that the engine runs: it turns a message into an outcome.
 * @throws AppError with a kind that `lib/engine/settle.ts` maps to a status. Any other error is a bug and leaves a
 * strike
 */
export type Work = (message: Message, run: Run) => Promise<Outcome>;

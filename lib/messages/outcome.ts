import type { Logger } from '#lib/platform/logger.ts';
import type { MetricName } from '#lib/platform/metrics.ts';
import type { Message, MessageType } from './message.ts';

/** A message that a message produces. */
export interface Spawn {
  /** A stable name for why it exists; with the parent's id it makes the child's id, so a replay makes the same child. */
  purpose: string;
  message_type: MessageType;
  payload: Record<string, unknown>;
  arguments?: Record<string, unknown>;
}

/** How work ends that went well. */
export interface Outcome {
  /** What the work produced; at most 8 KB as JSON. */
  result?: Record<string, unknown>;
  children?: readonly Spawn[];
  /** The id that the channel gave a push. */
  notification_id?: string;
}

export type Figures = Partial<Record<MetricName, number>>;

/** What a piece of work may know about the run it is in. */
export interface Run {
  /** When this run ends whatever happens. Milliseconds since the Unix epoch. */
  deadlineMs: number;
  /** Aborts at the deadline. */
  signal: AbortSignal;
  log: Logger;
  /** Figures of this run: they ride on the one line that tells how it ended. */
  measure: (values: Figures) => void;
  /**
   * Writes `send_started` before the first send of an effect, so that a later run knows it may have happened.
   * @throws AppError `conflict` when the claim is lost.
   */
  recordSendStarted: () => Promise<void>;
}

/**
 * What a function of the product is to the engine: a message becomes an outcome.
 * @throws AppError as the table in `lib/engine/consume.ts` says; anything else is a bug and costs a strike.
 */
export type Work = (message: Message, run: Run) => Promise<Outcome>;

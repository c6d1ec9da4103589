import type { ApiRun, RunMessage } from '#handlers/web/app/api/responses.ts';
import { holderOf } from './waiting.ts';

/** A part of the time of a message. Milliseconds since the Unix epoch. */
export interface Segment {
  kind: 'waiting' | 'working' | 'held';
  fromMs: number;
  toMs: number;
}

/** Codes that the sweeper sets: the time before is no work. */
const GIVEN_UP: readonly (string | undefined)[] = ['EXPIRED', 'ATTEMPTS_EXHAUSTED'];

/**
 * How the time of a message passed: waiting, working, held, in order. Of the tries before the last one, only the last is
 * known; the time before it counts as waiting, or as held for a message that asked for approval.
 */
export const segmentsOf = (message: RunMessage, nowMs: number): Segment[] => {
  const createdMs = Date.parse(message.created_date);
  const startedMs = instantMs(message.processing_started_at);
  const isOver = message.status === 'completed' || message.status === 'failed';
  const endMs = isOver
    ? (instantMs(message.processing_completed_at) ?? Date.parse(message.updated_date))
    : nowMs;
  const idle = holderOf(message) === undefined ? 'waiting' : 'held';
  const isRedriven = startedMs !== undefined && startedMs < lastRedriveMs(message);
  const before = message.approval_id !== undefined && message.attempt > 1 ? 'held' : 'waiting';
  if (startedMs === undefined || isRedriven || GIVEN_UP.includes(message.error_code)) {
    return segments([idle, createdMs, endMs]);
  }
  if (isOver || message.status === 'processing') {
    return segments([before, createdMs, startedMs], ['working', startedMs, endMs]);
  }
  const stoppedMs = Date.parse(message.updated_date);
  return segments(
    [before, createdMs, startedMs],
    ['working', startedMs, stoppedMs],
    [idle, stoppedMs, endMs],
  );
};

/** The clocks of functions differ a little, so a part can end before it begins: it is left out. */
const segments = (...parts: [kind: Segment['kind'], fromMs: number, toMs: number][]): Segment[] =>
  parts
    .filter(([, fromMs, toMs]) => toMs > fromMs)
    .map(([kind, fromMs, toMs]) => ({ kind, fromMs, toMs }));

const lastRedriveMs = ({ status, redrives }: RunMessage): number =>
  status === 'queued' || status === 'created' ? (instantMs(redrives?.at(-1)?.at) ?? 0) : 0;

const instantMs = (instant: string | undefined): number | undefined =>
  instant === undefined ? undefined : Date.parse(instant);

/** The time of a run, for the scale of its time line. An open run lasts until now. */
export const spanOf = (
  { started_at, ended_at }: Pick<ApiRun, 'started_at' | 'ended_at'>,
  nowMs: number,
): { fromMs: number; toMs: number } => {
  const fromMs = Date.parse(started_at);
  return { fromMs, toMs: Math.max(fromMs + 1, ended_at === null ? nowMs : Date.parse(ended_at)) };
};

/** The place of a part within the time of the run: percent from 0 to 100. */
export const placeOf = (
  { fromMs, toMs }: Pick<Segment, 'fromMs' | 'toMs'>,
  span: { fromMs: number; toMs: number },
): { left: number; width: number } => {
  const percent = (ms: number) =>
    Math.min(100, Math.max(0, ((ms - span.fromMs) / (span.toMs - span.fromMs)) * 100));
  const left = percent(fromMs);
  return { left, width: percent(toMs) - left };
};

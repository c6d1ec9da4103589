import type { QueueDepth } from '#lib/bus/queue-depths.ts';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { withTimeLimit } from '#lib/platform/time-limit.ts';
import type { MissingValue } from './missing-configuration.ts';
import type { ShownBreaker } from './shown-breakers.ts';

/** The parts of a report that are read. A part that cannot be read is `null`. */
export interface SystemParts {
  breakers: ShownBreaker[];
  queues: QueueDepth[];
  /** When the last tick of the sweeper ended, and how long ago that was; `null` before the first tick. */
  sweeper: { last_tick_at: string | null; age_seconds: number | null };
  missing_parameters: MissingValue[];
  missing_secrets: MissingValue[];
}
export type SystemPart = keyof SystemParts;

export type SystemReport = { [Part in SystemPart]: SystemParts[Part] | null } & {
  /** The parts that could not be read. */
  unavailable: SystemPart[];
};

/** Reads the parts. A rejection means that the part is unavailable. */
export type PartReaders = {
  [Part in SystemPart]: (signal: AbortSignal, log: Logger) => Promise<SystemParts[Part]>;
};

/** How long a part is cached. Milliseconds. Each request to SQS and Secrets Manager costs money. */
const CACHED_MS: Readonly<Record<SystemPart, number>> = {
  breakers: 5 * SECOND_MS,
  queues: 15 * SECOND_MS,
  sweeper: 5 * SECOND_MS,
  missing_parameters: 60 * SECOND_MS,
  missing_secrets: 60 * SECOND_MS,
};
export const SYSTEM_PARTS = Object.keys(CACHED_MS) as SystemPart[];
const PART_TIMEOUT_MS = 2 * SECOND_MS;

/**
 * Reads all parts in parallel, each for at most two seconds. A part is cached, and concurrent requests share one read. A
 * part that could not be read is read again by the next request. Never rejects.
 */
export const systemReports = ({ readers, clock }: { readers: PartReaders; clock: Clock }) => {
  const parts = SYSTEM_PARTS.map((name) => {
    const read = cachedPart<SystemParts[SystemPart]>(name, readers[name], clock);
    return async (log: Logger) => [name, await read(log)] as const;
  });
  return async (log: Logger): Promise<SystemReport> => {
    const entries = await Promise.all(parts.map((read) => read(log)));
    const missing = entries.filter(([, value]) => value === null);
    return {
      ...(Object.fromEntries(entries) as Omit<SystemReport, 'unavailable'>),
      unavailable: missing.map(([name]) => name),
    };
  };
};

const cachedPart = <Value>(
  name: SystemPart,
  read: (signal: AbortSignal, log: Logger) => Promise<Value>,
  clock: Clock,
) => {
  let cached: { value: Promise<Value | null>; untilMs: number } | undefined;

  const readNow = async (log: Logger): Promise<Value | null> => {
    try {
      return await withTimeLimit(PART_TIMEOUT_MS, async (signal) => read(signal, log), clock);
    } catch (error) {
      log.warn({ err: error, part: name }, 'part of the system report not read');
      cached = undefined;
      return null;
    }
  };

  return (log: Logger): Promise<Value | null> => {
    const nowMs = clock.now();
    if (cached === undefined || nowMs >= cached.untilMs) {
      cached = { value: readNow(log), untilMs: nowMs + CACHED_MS[name] };
    }
    return cached.value;
  };
};

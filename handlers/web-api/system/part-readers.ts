import { type QueueUrls, readQueueDepths } from '#lib/bus/queue-depths.ts';
import type { ConfiguredEndpoints } from '#lib/config/endpoints.ts';
import { readLastTick } from '#lib/data/counters/last-tick.ts';
import type { Clock } from '#lib/platform/clock.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { missingParameters, missingSecrets } from './missing-configuration.ts';
import { shownBreakers } from './shown-breakers.ts';
import type { PartReaders } from './system-report.ts';

export interface PartReaderDeps {
  queueUrls: QueueUrls;
  endpoints: (log: Logger) => Pick<ConfiguredEndpoints, 'list'>;
  clock: Pick<Clock, 'now'>;
}

/** Reads the parts of the system report from AWS. */
export const partReaders = ({ queueUrls, endpoints, clock }: PartReaderDeps): PartReaders => ({
  breakers: shownBreakers,
  queues: (signal) => readQueueDepths(queueUrls, signal),
  sweeper: async (signal) => {
    const at = await readLastTick(signal);
    if (at === undefined) return { last_tick_at: null, age_seconds: null };
    const ageMs = Math.max(0, clock.now() - Date.parse(at));
    return { last_tick_at: at, age_seconds: Math.floor(ageMs / 1_000) };
  },
  missing_parameters: missingParameters,
  missing_secrets: (signal, log) => missingSecrets(endpoints(log), signal),
});

import middy from '@middy/core';
import { APPROVAL_HOLD } from '#lib/approvals/approval-schema.ts';
import { countDeadLetters, deadLetterWatch } from '#lib/bus/dead-letters.ts';
import { createPublisher } from '#lib/bus/topics.ts';
import { FLAG_NAMES, type Flags, flagNow, RETIRED_FLAGS } from '#lib/config/flags.ts';
import { readBreaker, readServiceNames } from '#lib/data/breakers.ts';
import { findStaleEffects } from '#lib/data/effects/effect-lists.ts';
import { effectStore } from '#lib/data/effects/effect-store.ts';
import { unknownReports } from '#lib/effects/report-unknown.ts';
import { breakerHolds } from '#lib/engine/sweep/breaker-holds.ts';
import { hourlyRecount } from '#lib/engine/sweep/recount-hours.ts';
import { expiryReports } from '#lib/engine/sweep/report-expired.ts';
import { openingReports } from '#lib/engine/sweep/report-opened.ts';
import type { Hold } from '#lib/engine/sweep/sweep-held.ts';
import { missedTickReports } from '#lib/engine/watch/report-missed-ticks.ts';
import { conditionReports } from '#lib/engine/watch/watch-conditions.ts';
import { sweeperWatches } from '#lib/engine/watch/watches.ts';
import { SERVICES } from '#lib/http/breaker/services.ts';
import { TOPICS } from '#lib/messages/routes.ts';
import { SECOND_MS, systemClock } from '#lib/platform/clock.ts';
import { env, stage } from '#lib/platform/env.ts';
import { log } from '#lib/platform/log.ts';
import { warm } from '#lib/platform/warm.ts';
import { OVERLAP } from '#lib/schedules/schedule.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { ssmConfig } from '#middleware/ssm-config.ts';
import { sweep } from './sweep.ts';

/** Time that a tick leaves to write its metrics. Milliseconds. */
const ENDING_MS = 5 * SECOND_MS;

const publisher = createPublisher('sweeper', TOPICS);
const deadLetterQueues = env('DEAD_LETTER_QUEUES');
const watchDeadLetters = deadLetterWatch({
  count: () => countDeadLetters(deadLetterQueues),
  clock: systemClock,
});

const reportExpired = expiryReports();
const reportOpened = openingReports();
const reportMissedTicks = missedTickReports();
const reportConditions = conditionReports();
const watches = sweeperWatches({
  stage,
  clock: systemClock,
  hasAlarms: env('WATCH_ALARMS') === 'on',
  queueUrls: { queues: env('QUEUES') },
});
const recountHours = hourlyRecount();
const reportUnknown = unknownReports();
const effects = {
  store: effectStore({ clock: systemClock }),
  findStale: findStaleEffects,
  publicUrl: env('PUBLIC_URL'),
};
const config = ssmConfig({ flags: FLAG_NAMES, uncached: true });

/**
 * Every minute: wake due messages, and release messages that are held for a flag that is on or for a service that is
 * available.
 */
export const handler = middy<unknown, void>()
  .use(correlationId({ log }))
  .use(config)
  .handler((_event, context) =>
    sweep({
      stage,
      publisher,
      log: context.log,
      clock: systemClock,
      deadlineMs: systemClock.now() + context.getRemainingTimeInMillis() - ENDING_MS,
      holds: [...flagHolds(context.flags), ...ONLY_EXPIRING],
      breakers: breakerHolds(Object.keys(SERVICES), { clock: systemClock, log: context.log }),
      countDeadLetters: watchDeadLetters,
      reportExpired,
      reportOpened,
      reportMissedTicks,
      watches,
      reportConditions,
      recountHours,
      reportUnknown: (deps) => reportUnknown({ ...deps, ...effects }),
    }),
  );

/** Messages that wait for the previous run of their schedule, or for a decision. They expire here; others release them. */
const ONLY_EXPIRING: readonly Hold[] = [OVERLAP, APPROVAL_HOLD].map((name) => ({
  name,
  check: async () => 'none',
}));

const flagHolds = (flags: Flags): Hold[] => [
  ...FLAG_NAMES.map((name) => ({
    name,
    check: async () => (flagNow(flags[name]) === 'on' ? ('all' as const) : ('none' as const)),
  })),
  ...RETIRED_FLAGS.map((name) => ({ name, check: async () => 'all' as const })),
];

await warm([
  config.read,
  ...Object.keys(SERVICES).map((name) => async () => readBreaker(name)),
  readServiceNames,
  watchDeadLetters,
]);

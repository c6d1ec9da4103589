import { type Clock, MINUTE_MS } from '#lib/platform/clock.ts';
import type { Watch } from './watch-conditions.ts';

const NAME = 'configuration-missing';
/** A parked message is due again after 15 minutes at most, so the tick in between sees no problem. Milliseconds. */
const OVER_AFTER_MS = 20 * MINUTE_MS;
/** The most problems that a push lists. Count. */
const MAX_LISTED = 5;

/**
 * Finds messages that wait for configuration: a secret without a value, a parameter that is missing or unusable.
 * @returns the watch of one tick. It takes the problems of the messages that were due in this tick
 */
export const configurationWatch = (
  clock: Pick<Clock, 'now'>,
): ((problems: ReadonlySet<string>) => Watch) => {
  let lastSeenMs: number | undefined;
  return (problems) => async (isOn) => {
    const nowMs = clock.now();
    // A new process does not know when the problem was last seen.
    if (problems.size > 0 || (lastSeenMs === undefined && isOn(NAME))) lastSeenMs = nowMs;
    const on = lastSeenMs !== undefined && nowMs - lastSeenMs < OVER_AFTER_MS;
    // Nothing to say about a problem that was reported, or that never was.
    if (on === isOn(NAME)) return [];
    return [{ name: NAME, on, push: on ? problemPush([...problems]) : OVER_PUSH }];
  };
};

const problemPush = (problems: readonly string[]) => ({
  title: 'Messages wait for configuration',
  message: [...problems.slice(0, MAX_LISTED), 'Runbook: configuration-missing'].join('\n'),
  priority: 'high' as const,
});

const OVER_PUSH = {
  title: 'Over: messages waited for configuration',
  message: 'No message has waited for configuration for 20 minutes.',
  priority: 'low' as const,
};

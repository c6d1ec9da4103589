import { type ProduceDeps, produceOnce } from '#lib/engine/produce.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { derivedMessageId } from '#lib/platform/id.ts';

/** Ticks come every minute. A shorter gap is a deployment, or a tick that failed. Milliseconds. */
const SILENT_MS = 5 * MINUTE_MS;

/**
 * Creates one push after a gap between two ticks of the sweeper, however often it runs.
 * @param readLastTick when the last tick ended, ISO 8601; `undefined` before the first one. It is read only when this
 * process does not know it
 * @returns the work of one tick, which returns the number of pushes; call it before the tick is stored
 */
export const missedTickReports = () => {
  let ownTickMs: number | undefined;
  return async (
    readLastTick: () => Promise<string | undefined>,
    { stage, ...deps }: ProduceDeps & { stage: Stage },
  ): Promise<number> => {
    const nowMs = deps.clock.now();
    const isKnown = ownTickMs !== undefined && nowMs - ownTickMs <= SILENT_MS;
    const last = isKnown ? undefined : await readLastTick();
    ownTickMs = nowMs;
    if (last === undefined || nowMs - Date.parse(last) <= SILENT_MS) return 0;
    const gap = Math.round((nowMs - Date.parse(last)) / MINUTE_MS);
    const push = newMessage(
      {
        message_type: 'notify',
        payload: {
          title: `The sweeper was silent for ${gap} minutes`,
          message: `It did not run from ${last.slice(0, 16)} to ${iso(nowMs).slice(0, 16)} UTC, and runs again. In that time, nobody retried messages or watched schedules. Runbook: sweeper-silent`,
          priority: 'high',
        },
      },
      {
        id: derivedMessageId(Date.parse(last), 'silent', last),
        created_by: 'sweeper',
        correlation_id: 'sweeper-silent',
      },
      { stage, nowMs },
    );
    return (await produceOnce(push, deps)) ? 1 : 0;
  };
};

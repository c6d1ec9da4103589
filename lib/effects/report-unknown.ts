import { find } from '#lib/data/messages/messages.ts';
import { type ProduceDeps, produceOnce } from '#lib/engine/produce.ts';
import type { Message } from '#lib/messages/message.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { derivedMessageId, messageIdTime } from '#lib/platform/id.ts';
import { unknown } from './effect-changes.ts';
import type { Effect } from './effect-schema.ts';
import type { EffectStore } from './effect-store.ts';
import { unknownPush } from './unknown-push.ts';

/** The effects of a status that were not written since a time, the oldest first. */
export type FindStaleEffects = (query: {
  status: 'sent' | 'unknown';
  beforeMs: number;
  limit: number;
}) => Promise<readonly Effect[]>;

export interface UnknownReportDeps extends ProduceDeps {
  stage: Stage;
  publicUrl: string;
  store: Pick<EffectStore, 'write'>;
  findStale: FindStaleEffects;
}

/** A message that is alive writes its effect more often: at every verification. Milliseconds. */
const STALE_MS = 30 * MINUTE_MS;
/** The most effects of a status that one tick looks at. Count. */
const MAX_PER_TICK = 1_000;

/**
 * Marks effects that nobody works on as unknown, and creates one push for each of their generations, however often it runs.
 * @returns the work of one tick, which returns the number of pushes that it created
 */
export const unknownReports = (): ((deps: UnknownReportDeps) => Promise<number>) => {
  const reported = new Set<string>();
  return async (deps) => {
    const { clock, findStale, log, store } = deps;
    const beforeMs = clock.now() - STALE_MS;
    let created = 0;
    for (const status of ['sent', 'unknown'] as const) {
      for (const effect of await findStale({ status, beforeMs, limit: MAX_PER_TICK })) {
        const key = `${effect.effect_id} ${effect.generation}`;
        if (reported.has(key)) continue;
        if (effect.status === 'sent') {
          const after = unknown(effect, clock.now());
          const refused = await store.write({ before: effect, after });
          if (refused.length > 0) continue;
          log.warn({ effect_id: effect.effect_id }, 'effect that nobody verifies is unknown');
        }
        if (await produceOnce(await pushMessage(effect, deps), deps)) created += 1;
        reported.add(key);
      }
    }
    return created;
  };
};

/** The same message as the child that the effect's own message creates when it gives up. */
const pushMessage = async (
  effect: Effect,
  { stage, publicUrl, clock }: Pick<UnknownReportDeps, 'stage' | 'publicUrl' | 'clock'>,
): Promise<Message> => {
  const { purpose, message_type, payload } = unknownPush(effect, publicUrl);
  const { message_id } = effect;
  const parent = await find(message_id);
  return newMessage(
    { message_type, payload },
    {
      id: derivedMessageId(messageIdTime(message_id), message_id, purpose, 0),
      created_by: 'sweeper',
      correlation_id: parent?.correlation_id ?? effect.effect_id,
      ...(parent === undefined
        ? {}
        : {
            requested_by: parent.requested_by,
            parent_id: message_id,
            hop_count: parent.hop_count + 1,
          }),
    },
    { stage, nowMs: clock.now() },
  );
};

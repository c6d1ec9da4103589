import { type Claimed, claim, complete } from '#lib/data/messages/message-runs.ts';
import { envelopeOf } from '#lib/messages/envelope.ts';
import { type Route, typesOf } from '#lib/messages/routes.ts';
import { silentLog } from '#lib/platform/log.ts';
import { consume } from './consume.ts';
import { NOBODY, nobody } from './rehearse-spawn.ts';

/**
 * What a consumer does with a message, for a message that does not exist: the wake-up is read and its row looked for,
 * the claim and the completion are refused. Nothing is changed or logged; the connections stand afterwards.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const rehearseRun = async (consumer: Route['consumer']): Promise<void> => {
  const [type = 'manual'] = typesOf(consumer);
  const message = nobody(type);
  const nowMs = Date.parse(message.created_date);
  const killedAtMs = Date.parse(message.valid_until);
  const origin = { eventId: NOBODY, timestamp: message.created_date, source: NOBODY, region: '' };
  const record = { messageId: NOBODY, body: JSON.stringify(envelopeOf(message, origin)) };
  const run: Claimed = { ...message, claimed_by: NOBODY, lease_until: message.valid_until };

  await Promise.all([
    consume(
      [record],
      { consumer, invocation: NOBODY, killedAtMs, log: silentLog },
      async () => ({}),
    ),
    claim(NOBODY, { claimedBy: NOBODY, nowMs, leaseUntilMs: nowMs }),
    complete(run, { result: {} }, nowMs),
  ]);
};

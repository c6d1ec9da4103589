import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPublisher, snsClient } from '#lib/bus/topics.ts';
import { findStaleEffects } from '#lib/data/effects/effect-lists.ts';
import { effectStore } from '#lib/data/effects/effect-store.ts';
import { findEffect } from '#lib/data/effects/effects.ts';
import { documentClient } from '#lib/data/table.ts';
import { unknownReports } from '#lib/effects/report-unknown.ts';
import type { Message } from '#lib/messages/message.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { derivedMessageId, messageIdTime } from '#lib/platform/id.ts';
import { aMessage, START_MS } from '#test/support/builders.ts';
import { virtualClock } from '#test/support/clock.ts';
import { type Dynamo, installDynamo } from '#test/support/dynamodb.ts';
import { anEffect } from '#test/support/effects.ts';
import { capturingLog } from '#test/support/log.ts';
import { installSns } from '#test/support/sns.ts';

const EFFECTS = env('EFFECTS_TABLE');
const MESSAGES = env('MESSAGES_TABLE');

let db: Dynamo;
let sns: ReturnType<typeof installSns>;
beforeEach(() => {
  db = installDynamo(documentClient);
  sns = installSns(snsClient);
});
afterEach(() => {
  db.uninstall();
  sns.uninstall();
});

const report = (reports = unknownReports()) => {
  const clock = virtualClock();
  return reports({
    clock,
    log: capturingLog(),
    publisher: createPublisher('sweeper', ['notifications']),
    stage: 'dev',
    publicUrl: 'https://rez.example',
    store: effectStore({ clock }),
    findStale: findStaleEffects,
  });
};

const minutesAgo = (minutes: number) => iso(START_MS - minutes * MINUTE_MS);
const pushes = () =>
  db.rows<Message>(MESSAGES).filter(({ message_type }) => message_type === 'notify');

describe('an effect that nobody has written for 30 minutes', () => {
  it('becomes unknown when it was sent, and is pushed once, however often it is found', async () => {
    const message = aMessage({ message_type: 'web_action', status: 'failed' });
    db.put(MESSAGES, message);
    const effect = anEffect({
      status: 'sent',
      message_id: message.id,
      updated_date: minutesAgo(31),
      link: 'https://course.example/book',
    });
    db.put(EFFECTS, effect);
    const reports = unknownReports();

    expect(await report(reports)).toBe(1);
    expect(await report(reports)).toBe(0);
    expect(await report()).toBe(0);

    expect(await findEffect(effect.effect_id)).toMatchObject({ status: 'unknown' });
    const [push] = pushes();
    expect(pushes()).toHaveLength(1);
    expect(push).toMatchObject({
      created_by: 'sweeper',
      parent_id: message.id,
      correlation_id: message.correlation_id,
      payload: { priority: 5, click: `https://rez.example/effects/${effect.effect_id}` },
    });
    expect(push?.payload.message).toContain('https://course.example/book');
  });

  it('has one push with the one that its own message created', async () => {
    const effect = anEffect({ status: 'unknown', generation: 2, updated_date: minutesAgo(45) });
    db.put(EFFECTS, effect);
    const id = derivedMessageId(
      messageIdTime(effect.message_id),
      effect.message_id,
      'unknown-2',
      0,
    );
    db.put(MESSAGES, aMessage({ id, message_type: 'notify' }));

    expect(await report()).toBe(0);

    expect(pushes()).toHaveLength(1);
  });

  it('is pushed again in its next generation', async () => {
    const first = anEffect({ status: 'unknown', updated_date: minutesAgo(45) });
    db.put(EFFECTS, first);
    await report();
    db.put(EFFECTS, { ...first, generation: 2 });

    expect(await report()).toBe(1);
  });
});

describe('unknownReports', () => {
  it.each(['planned', 'confirmed', 'rejected', 'reversed'] as const)(
    'leaves an effect alone that is %s',
    async (status) => {
      const effect = anEffect({ status, updated_date: minutesAgo(600) });
      db.put(EFFECTS, effect);

      expect(await report()).toBe(0);

      expect(await findEffect(effect.effect_id)).toEqual(effect);
    },
  );

  it('leaves an effect to its message while that writes it', async () => {
    const effect = anEffect({ status: 'sent', updated_date: minutesAgo(29) });
    db.put(EFFECTS, effect);

    expect(await report()).toBe(0);

    expect(await findEffect(effect.effect_id)).toEqual(effect);
  });
});

import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { MessageEntity } from '#lib/data/messages/message-entity.ts';
import { envelopeOf, readEnvelope } from '#lib/messages/envelope.ts';
import { isSupported, retentionMs } from '#lib/messages/message.ts';
import { MessageSchema } from '#lib/messages/message-schema.ts';
import { readPayload } from '#lib/messages/payloads.ts';
import { MESSAGE_TYPES, RESERVED_TYPES, ROUTES, typesOf } from '#lib/messages/routes.ts';
import { iso } from '#lib/platform/clock.ts';
import { aMessage, anEnvelope, START_MS } from '#test/support/builders.ts';

describe('the schema of a message', () => {
  it('has the same fields as the table, optional where the table says so', () => {
    const table = Object.entries(MessageEntity.schema.attributes).map(([name, attribute]) => [
      name,
      (attribute.props as { required?: string }).required === 'never',
    ]);
    const schema = Object.entries(MessageSchema.def.shape).map(([name, field]) => [
      name,
      field.def.type === 'optional',
    ]);

    expect(Object.fromEntries(schema)).toEqual(Object.fromEntries(table));
  });

  it.each([
    { stage: 'dev', days: 7 },
    { stage: 'stage', days: 90 },
    { stage: 'prod', days: 90 },
  ] as const)('keeps terminal messages for $days days in $stage', ({ stage, days }) => {
    expect(retentionMs(stage)).toBe(days * 24 * 3_600_000);
  });

  it.each([
    { version: '1.0', supported: true },
    { version: '1.99', supported: true },
    { version: '2.0', supported: false },
    { version: '10.0', supported: false },
  ])('supports version $version: $supported', ({ version, supported }) => {
    expect(isSupported(version)).toBe(supported);
  });

  it.each(['at', 'by', 'reason'])('refuses a redrive without `%s`', (name) => {
    const redrive: Record<string, string> = { at: iso(START_MS), by: 'user:ada', reason: 'fixed' };
    const parse = () => z.safeParse(MessageSchema, { ...aMessage(), redrives: [redrive] });

    expect(parse()).toMatchObject({ success: true, data: { redrives: [redrive] } });
    delete redrive[name];
    expect(parse().error?.issues).toMatchObject([{ path: ['redrives', 0, name] }]);
  });

  it('leaves out properties of a payload that a newer 1.x added (F21)', () => {
    const payload = { message: 'Hi', title: 'Hello', colour: 'red' };

    expect(readPayload('notify', payload)).toEqual({ message: 'Hi', title: 'Hello' });
  });
});

describe('routes', () => {
  it('have exactly one consumer for every type (F06)', () => {
    const consumers = new Set(Object.values(ROUTES).map(({ consumer }) => consumer));

    const consumed = [...consumers].flatMap(typesOf);

    expect(consumed.sort()).toEqual([...MESSAGE_TYPES].sort());
  });

  it('do not contain reserved types', () => {
    for (const type of RESERVED_TYPES) expect(MESSAGE_TYPES).not.toContain(type);
  });
});

describe('the envelope', () => {
  it('does not contain the payload of the message', () => {
    const message = aMessage({ payload: { message: 'a secret' } });

    expect(JSON.stringify(anEnvelope(message))).not.toContain('a secret');
  });

  it('is parsed raw, wrapped by SNS, and with unknown fields', () => {
    const envelope = anEnvelope();
    const raw = JSON.stringify({ ...envelope, schema_version: '1.4', extra: true });

    expect(readEnvelope(raw)?.message).toEqual(envelope.message);
    expect(readEnvelope(JSON.stringify({ Message: raw }))?.message).toEqual(envelope.message);
  });

  it('contains its source and region', () => {
    const origin = { eventId: 'e', timestamp: 't', source: 'web-api', region: 'eu-west-1' };

    expect(envelopeOf(aMessage(), origin)).toMatchObject({
      event_type: 'message_created',
      source: 'web-api',
      metadata: { region: 'eu-west-1', environment: 'dev' },
    });
  });

  it.each(['', 'null', '7', '"text"', '{}', '{"Message":{}}', '{"Message":"{}"}', '['])(
    'is not parsed from %j',
    (body) => {
      expect(readEnvelope(body)).toBeUndefined();
    },
  );
});

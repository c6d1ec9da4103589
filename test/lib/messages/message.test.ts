import { describe, expect, it } from 'vitest';
import { MessageEntity } from '#lib/data/messages/message-entity.ts';
import { envelopeOf, readEnvelope } from '#lib/messages/envelope.ts';
import { isSupported, retentionMs } from '#lib/messages/message.ts';
import { MessageSchema } from '#lib/messages/message-schema.ts';
import { readPayload } from '#lib/messages/payloads.ts';
import { MESSAGE_TYPES, RESERVED_TYPES, ROUTES, typesOf } from '#lib/messages/routes.ts';
import { aMessage, anEnvelope } from '#test/support/builders.ts';

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
  ] as const)('keeps what is finished for $days days in $stage', ({ stage, days }) => {
    expect(retentionMs(stage)).toBe(days * 24 * 3_600_000);
  });

  it.each([
    { version: '1.0', supported: true },
    { version: '1.99', supported: true },
    { version: '2.0', supported: false },
    { version: '10.0', supported: false },
  ])('understands version $version: $supported', ({ version, supported }) => {
    expect(isSupported(version)).toBe(supported);
  });

  it('leaves out of a payload what a newer 1.x added (F21)', () => {
    const payload = { message: 'Hi', title: 'Hello', colour: 'red' };

    expect(readPayload('notify', payload)).toEqual({ message: 'Hi', title: 'Hello' });
  });
});

describe('routes', () => {
  it('give every type exactly one consumer (F06)', () => {
    const consumers = new Set(Object.values(ROUTES).map(({ consumer }) => consumer));

    const consumed = [...consumers].flatMap(typesOf);

    expect(consumed.sort()).toEqual([...MESSAGE_TYPES].sort());
  });

  it('keep reserved types out', () => {
    for (const type of RESERVED_TYPES) expect(MESSAGE_TYPES).not.toContain(type);
  });
});

describe('the envelope', () => {
  it('holds no payload, whatever the message holds', () => {
    const message = aMessage({ payload: { message: 'a secret' } });

    expect(JSON.stringify(anEnvelope(message))).not.toContain('a secret');
  });

  it('is read raw, wrapped by SNS, and with fields that nobody knows yet', () => {
    const envelope = anEnvelope();
    const raw = JSON.stringify({ ...envelope, schema_version: '1.4', extra: true });

    expect(readEnvelope(raw)?.message).toEqual(envelope.message);
    expect(readEnvelope(JSON.stringify({ Message: raw }))?.message).toEqual(envelope.message);
  });

  it('says where it comes from', () => {
    const origin = { eventId: 'e', timestamp: 't', source: 'web-api', region: 'eu-west-1' };

    expect(envelopeOf(aMessage(), origin)).toMatchObject({
      event_type: 'message_created',
      source: 'web-api',
      metadata: { region: 'eu-west-1', environment: 'dev' },
    });
  });

  it.each(['', 'null', '7', '"text"', '{}', '{"Message":{}}', '{"Message":"{}"}', '['])(
    'is not found in %j',
    (body) => {
      expect(readEnvelope(body)).toBeUndefined();
    },
  );
});

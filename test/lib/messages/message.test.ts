import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { MessageEntity } from '#lib/data/messages/message-entity.ts';
import { envelopeOf, readEnvelope } from '#lib/messages/envelope.ts';
import { isSupported, retentionMs } from '#lib/messages/message.ts';
import { MessageSchema } from '#lib/messages/message-schema.ts';
import { readPayload } from '#lib/messages/payloads.ts';
import {
  isRouted,
  MESSAGE_TYPES,
  RESERVED_TYPES,
  ROUTES,
  TOPICS,
  typesOf,
} from '#lib/messages/routes.ts';
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

describe('a stored message', () => {
  const pathsOf = (fields: Record<string, unknown>) =>
    z
      .safeParse(MessageSchema, { ...aMessage(), ...fields })
      .error?.issues.map(({ path }) => path.join('.'));

  it.each([
    ...['version', 'message_type', 'payload', 'correlation_id', 'valid_until', 'id', 'stage'],
    ...['created_date', 'updated_date', 'created_by', 'requested_by', 'status', 'hop_count'],
    ...['attempt', 'retry_count', 'strikes'],
  ])('has a `%s`', (name) => {
    expect(pathsOf({ [name]: undefined })).toEqual([name]);
  });

  it.each<[string, unknown]>([
    ['version', '1'],
    ['version', 1],
    ['payload', 'Hello'],
    ['arguments', 'digest'],
    ['auth_config', 7],
    ['result', 'done'],
    ['correlation_id', 'a b'],
    ['correlation_id', ''],
    ['correlation_id', 'a'.repeat(65)],
    ['id', 'msg_1'],
    ['stage', 'test'],
    ['status', 'held'],
    ['hop_count', -1],
    ['attempt', 1.5],
    ['retry_count', '1'],
    ['strikes', -1],
    ['ttl', 1.5],
    ['created_date', '2026-03-01T12:00:00Z'],
    ['updated_date', '2026-03-01'],
    ['valid_until', 'tomorrow'],
    ['lease_until', '2026-03-01T12:00:00.000+01:00'],
    ['not_before', 7],
    ['next_due_at', ''],
    ['send_started', 'now'],
    ['processing_started_at', 'now'],
    ['processing_completed_at', 'now'],
    ...['created_by', 'requested_by', 'parent_id', 'error_code', 'error_message'].map(
      (name): [string, unknown] => [name, 7],
    ),
    ...['notification_id', 'claimed_by', 'due_bucket', 'message_type'].map(
      (name): [string, unknown] => [name, null],
    ),
  ])('cannot have the `%s` %j', (name, value) => {
    expect(pathsOf({ [name]: value })).toEqual([name]);
  });
});

describe('routes', () => {
  it.each([
    ['hello_world', 'messages', 'processor'],
    ['manual', 'messages', 'processor'],
    ['scheduled', 'messages', 'processor'],
    ['notify', 'notifications', 'notification'],
    ['web_action', 'web-actions', 'web-action'],
    ['schedule_creation', 'schedule-creation', 'scheduler'],
  ] as const)('lead a message of the type %s over the topic %s to %s', (type, topic, consumer) => {
    expect(ROUTES[type]).toEqual({ topic, consumer });
    expect(TOPICS).toContain(topic);
    expect(typesOf(consumer)).toContain(type);
    expect(isRouted(type)).toBe(true);
  });

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

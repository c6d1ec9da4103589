import type { Push } from '#lib/channels/channel.ts';
import { type Envelope, envelopeOf } from '#lib/messages/envelope.ts';
import type { Message } from '#lib/messages/message.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import type { Run } from '#lib/messages/outcome.ts';
import type { MessageType } from '#lib/messages/routes.ts';
import type { Status } from '#lib/messages/transitions.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { derivedMessageId } from '#lib/platform/id.ts';
import { capturingLog } from './log.ts';

/** The time at which tests start. */
export const START_MS = Date.parse('2026-03-01T12:00:00.000Z');

/** The payloads of the types whose payload must not be empty. */
const PAYLOADS: Partial<Record<MessageType, Record<string, unknown>>> = {
  manual: { message: 'Water the plants' },
  notify: { message: 'Water the plants', title: 'Reminder' },
  web_action: { action: 'weather' },
};

export interface MessageOverrides extends Partial<Message> {
  /** When it was created. Milliseconds since the Unix epoch. */
  nowMs?: number;
}

let serial = 0;

/** Restart the ids of `aMessage`, so that a seeded run creates the same ids. */
export const restartIds = () => {
  serial = 0;
};

/** The fields that a row of each status has in addition to those of a new message. */
const fieldsOf = (status: Status, nowMs: number): Partial<Message> => {
  const over = { processing_started_at: iso(nowMs), processing_completed_at: iso(nowMs) };
  switch (status) {
    case 'created':
    case 'queued':
      return {};
    case 'processing':
      return {
        claimed_by: 'aws-request-1/record-1',
        attempt: 1,
        strikes: 1,
        lease_until: iso(nowMs + 1.5 * MINUTE_MS),
        next_due_at: iso(nowMs + 1.5 * MINUTE_MS),
        processing_started_at: iso(nowMs),
      };
    case 'completed':
      return { ...over, attempt: 1, strikes: 1, ttl: Math.floor(nowMs / 1_000) + 604_800 };
    case 'failed':
      return {
        ...over,
        attempt: 1,
        strikes: 1,
        error_code: 'INVALID_PAYLOAD',
        error_message: 'the payload is not valid',
        ttl: Math.floor(nowMs / 1_000) + 604_800,
      };
  }
};

/** A stored message, as the engine writes it. Ids are unique and the same in every run. */
export const aMessage = ({
  nowMs = START_MS,
  message_type = 'hello_world',
  status = 'created',
  ...overrides
}: MessageOverrides = {}): Message => {
  serial += 1;
  const type = message_type as MessageType;
  const fresh = newMessage(
    {
      message_type: type,
      payload: PAYLOADS[type] ?? {},
      ...(type === 'scheduled' ? { arguments: { operation: 'digest' } } : {}),
    },
    {
      id: derivedMessageId(nowMs, 'builder', serial),
      created_by: 'user:local',
      correlation_id: `corr-${serial}`,
    },
    { stage: 'dev', nowMs },
  );
  const message: Message = { ...fresh, status, ...fieldsOf(status, nowMs) };
  if (status === 'completed' || status === 'failed') {
    delete message.next_due_at;
    delete message.due_bucket;
  }
  return { ...message, ...overrides };
};

/** What the engine passes to the work of a message: a minute of time, and a log of its own. */
export const aRun = (overrides: Partial<Run> = {}): Run => ({
  deadlineMs: START_MS + MINUTE_MS,
  signal: new AbortController().signal,
  log: capturingLog(),
  measure: () => {},
  recordSendStarted: async () => {},
  record: async () => {},
  requireClaim: async () => {},
  ...overrides,
});

/** The wake-up of a message, as SNS delivers it raw. */
export const anEnvelope = (message: Message = aMessage()): Envelope =>
  envelopeOf(message, {
    eventId: `event-${message.id}`,
    timestamp: message.created_date,
    source: 'web-api',
    region: 'us-east-1',
  });

/** A push as a channel gets it. */
export const aPush = (overrides: Partial<Push> = {}): Push => ({
  id: derivedMessageId(START_MS, 'push'),
  message: 'Water the plants',
  title: 'Reminder',
  ...overrides,
});

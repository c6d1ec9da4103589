import * as z from 'zod/mini';
import type { Message } from './message.ts';

/** What travels over SNS and SQS: who to look up, never what it says. */
const EnvelopeSchema = z.object({
  schema_version: z.string().check(z.regex(/^1\.\d+$/)),
  event_type: z.literal('message_created'),
  event_id: z.string(),
  timestamp: z.string(),
  source: z.string(),
  message: z.object({
    id: z.string(),
    message_type: z.string(),
    stage: z.string(),
    created_by: z.string(),
    created_date: z.string(),
    correlation_id: z.string(),
  }),
  metadata: z.object({ region: z.string(), environment: z.string() }),
});

export type Envelope = z.output<typeof EnvelopeSchema>;

export interface EnvelopeOrigin {
  /** Unique per publication. */
  eventId: string;
  /** ISO 8601. */
  timestamp: string;
  /** The function that publishes. */
  source: string;
  region: string;
}

export const envelopeOf = (
  message: Pick<
    Message,
    'id' | 'message_type' | 'stage' | 'created_by' | 'created_date' | 'correlation_id'
  >,
  { eventId, timestamp, source, region }: EnvelopeOrigin,
): Envelope => ({
  schema_version: '1.0',
  event_type: 'message_created',
  event_id: eventId,
  timestamp,
  source,
  message: {
    id: message.id,
    message_type: message.message_type,
    stage: message.stage,
    created_by: message.created_by,
    created_date: message.created_date,
    correlation_id: message.correlation_id,
  },
  metadata: { region, environment: message.stage },
});

/** The wake-up in a queue's body, delivered raw or wrapped by SNS; `undefined` when nobody can read it. */
export const readEnvelope = (body: string): Envelope | undefined => {
  const outer = parse(body);
  const wrapped = (outer as { Message?: unknown } | undefined)?.Message;
  const inner = typeof wrapped === 'string' ? parse(wrapped) : outer;
  return z.safeParse(EnvelopeSchema, inner).data;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

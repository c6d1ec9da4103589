import * as z from 'zod/mini';
import type { Message } from './message.ts';

/** The wake-up on SNS and SQS. It names a message and does not contain its payload. */
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
  /** Unique per publish. */
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

/** The wake-up in the body of a queue record, raw or wrapped by SNS; `undefined` when the body is not a wake-up. */
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

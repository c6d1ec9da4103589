import type * as z from 'zod/mini';
import { DAY_MS, HOUR_MS } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import type { MessageSchema } from './message-schema.ts';

export const SCHEMA_VERSION = '1.0';
export const MAX_PAYLOAD_BYTES = 64 * 1024;
export const MAX_ARGUMENTS_BYTES = 16 * 1024;
export const MAX_RESULT_BYTES = 8 * 1024;
/** The maximum number of messages before a message in its chain. Ten model calls of the reserved type `agent_task` need 21 hops. */
export const MAX_HOPS = 24;
export const MAX_STRIKES = 8;
export const MAX_VALIDITY_MS = 30 * DAY_MS;

export type Message = z.output<typeof MessageSchema>;

export type Redrive = NonNullable<Message['redrives']>[number];

/** The validity of a message without `valid_until`. Milliseconds. */
export const defaultValidityMs = (type: string): number =>
  type === 'notify' ? 72 * HOUR_MS : 24 * HOUR_MS;

/** How long a terminal message is kept; in stage and prod longer than a record can stay in a queue. Milliseconds. */
export const retentionMs = (stage: Stage): number => (stage === 'dev' ? 7 : 90) * DAY_MS;

/** Whether this code supports messages of that version. */
export const isSupported = (version: string): boolean => version.split('.')[0] === '1';

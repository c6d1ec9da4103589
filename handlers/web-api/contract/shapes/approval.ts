import * as z from 'zod/mini';
import type { JsonSchema, PropertyTexts, Shape } from '#handlers/web-api/contract/model.ts';
import { APPROVAL_STATUSES, ApprovalSchema } from '#lib/approvals/approval-schema.ts';
import { EXAMPLE_MESSAGE_ID } from './message.ts';

export const EXAMPLE_APPROVAL_ID = 'appr_20260301120000_4H7Q2M9KX3VBN8TZ';

const instant = (description: string): JsonSchema & { description: string } => ({
  description,
  format: 'date-time',
});

const TEXTS: PropertyTexts = {
  id: 'The id.',
  message_id: 'The message that waits for the decision.',
  action: 'The provider.',
  operation: 'The operation.',
  title: 'The title of the operation.',
  arguments_digest:
    'The digest of action, operation and input. The approval is valid for exactly this input.',
  facts: 'What would be done, for people.',
  'facts[].label': 'The name of the fact.',
  'facts[].value': 'Its value.',
  max_total_cents: 'The most that may be paid. Cents. Missing if nothing is paid.',
  requested_by: 'Who began the run: `user:<name>`, `scheduler`, `agent:<name>` or `mcp:<name>`.',
  created_date: instant('When it was created.'),
  expires_at: instant('Until when it can be decided.'),
  status: {
    description:
      'The status. `pending`: it waits for a decision. `approved`: somebody approved it, and it is not used yet. `denied`: somebody denied it. `expired`: nobody decided in time. `used`: it was approved, and the call was made with it.',
    enum: [...APPROVAL_STATUSES],
  },
  decided_by: 'Who decided. Missing while it is pending, and if it expired.',
  decided_at: instant('When it was decided.'),
  reason: 'The reason of the decision.',
  ttl: 'When the approval is deleted. Seconds since the Unix epoch.',
};

const PENDING_EXAMPLE = {
  id: EXAMPLE_APPROVAL_ID,
  message_id: EXAMPLE_MESSAGE_ID,
  action: 'golf',
  operation: 'book_tee_time',
  title: 'Book a tee time',
  arguments_digest: 'mR0qY2Vw8n1Lx4s7Zt3KbC9uEoP5aGhJdFiT6yQkWxU',
  facts: [
    { label: 'Course', value: 'Birdsfoot' },
    { label: 'Time', value: 'Saturday, March 7, 2026, 9:20 AM' },
    { label: 'Players', value: '2' },
  ],
  max_total_cents: 9_000,
  requested_by: 'scheduler',
  created_date: '2026-03-01T12:00:01.000Z',
  expires_at: '2026-03-02T00:00:01.000Z',
  status: 'pending',
  ttl: 1_780_142_401,
};

const decided = { decided_by: 'user:ada', decided_at: '2026-03-01T12:04:00.000Z' };
export const APPROVED_EXAMPLE = { ...PENDING_EXAMPLE, status: 'approved', ...decided };
export const DENIED_EXAMPLE = {
  ...PENDING_EXAMPLE,
  status: 'denied',
  ...decided,
  reason: 'it will rain',
};

export const APPROVAL = {
  name: 'Approval',
  description: 'A decision that a person must make before a web action is carried out.',
  schema: z.object(ApprovalSchema.shape),
  properties: TEXTS,
  example: PENDING_EXAMPLE,
} satisfies Shape;

export const APPROVAL_LIST = {
  name: 'ApprovalList',
  description: 'One page of approvals, newest first.',
  schema: z.object({
    data: z.array(APPROVAL.schema),
    pagination: z.object({
      limit: z.int(),
      cursor: z.nullable(z.string()),
      has_more: z.boolean(),
    }),
    count: z.int(),
  }),
  properties: {
    data: 'The approvals of this page.',
    pagination: 'How to get the next page.',
    'pagination.limit': 'The maximum number of approvals of a page.',
    'pagination.cursor':
      'The value of `cursor` for the next page, with the same query; null on the last page.',
    'pagination.has_more': 'Whether more approvals may follow.',
    count: 'The number of approvals of this page.',
  },
  parts: [APPROVAL],
  example: {
    data: [PENDING_EXAMPLE],
    pagination: { limit: 50, cursor: null, has_more: false },
    count: 1,
  },
} satisfies Shape;

import type { ChildDraft } from '#lib/messages/outcome.ts';
import { HOUR_MS, MINUTE_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { cleanLine, shortened } from '#lib/platform/text.ts';
import type { Approval } from './approval-schema.ts';
import { factsWithLimit } from './facts-with-limit.ts';

const PUBLIC_URL = env('PUBLIC_URL');
const MAX_CHARS = 2_000;

/**
 * The push that asks for a decision. Its link leads to a page that requires a sign-in; the push itself allows nothing. A
 * repeated run puts the same one.
 */
export const approvalPush = (approval: Approval): ChildDraft =>
  pushOf(approval, {
    purpose: `approval-${approval.id}`,
    title: `Allow this? ${approval.title}`,
    lines: [
      `Asked by ${requesterForPeople(approval.requested_by)}.`,
      `Decide within ${validityText(approval)}, before ${timeText(approval.expires_at)}.`,
    ],
    priority: 'high',
    tag: 'raised_hand',
  });

/** The push that reports that nobody decided in time. */
export const expiredApprovalPush = (approval: Approval): ChildDraft =>
  pushOf(approval, {
    purpose: `approval-expired-${approval.id}`,
    title: `Not done, nobody allowed it in time: ${approval.title}`,
    lines: ['To be asked again, redrive the message.'],
    priority: 'default',
    tag: 'hourglass',
  });

const pushOf = (
  approval: Approval,
  {
    purpose,
    title,
    lines,
    priority,
    tag,
  }: { purpose: string; title: string; lines: string[]; priority: string; tag: string },
): ChildDraft => {
  const text = factsWithLimit(approval).map(
    ({ label, value }) => `${cleanLine(label)}: ${cleanLine(value)}`,
  );
  return {
    purpose,
    message_type: 'notify',
    payload: {
      title: shortened(title, 250),
      message: [shortened(text.join('\n'), MAX_CHARS), ...lines].join('\n').trim(),
      priority,
      tags: [tag],
      click: `${PUBLIC_URL}/approvals/${approval.id}`,
    },
  };
};

/** Who began the run. The ids of people mean nothing to others. */
const requesterForPeople = (requester: string): string => {
  if (requester === 'scheduler') return 'a schedule';
  const [kind = ''] = requester.split(':', 1);
  return KINDS[kind] ?? cleanLine(requester);
};

const KINDS: Readonly<Record<string, string>> = {
  user: 'a person',
  mcp: 'an assistant of a person',
  agent: 'the agent',
};

/** The time for a decision, rounded down: `12 hours`, `30 minutes`. A phone can be in any zone. */
const validityText = ({ created_date, expires_at }: Approval): string => {
  const ms = Date.parse(expires_at) - Date.parse(created_date);
  if (ms >= 2 * HOUR_MS) return `${Math.floor(ms / HOUR_MS)} hours`;
  const minutes = Math.floor(ms / MINUTE_MS);
  return minutes >= 2 ? `${minutes} minutes` : 'a minute';
};

/** `12:30 UTC on 2026-03-01` */
const timeText = (time: string): string => `${time.slice(11, 16)} UTC on ${time.slice(0, 10)}`;

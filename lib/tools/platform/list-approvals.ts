import * as z from 'zod/mini';
import { factsWithLimit } from '#lib/approvals/facts-with-limit.ts';
import { env } from '#lib/platform/env.ts';
import { defineDirectTool } from '#lib/tools/direct-tool.ts';
import { shownLine } from '#lib/tools/shown-text.ts';

const PUBLIC_URL = env('PUBLIC_URL');
const MAX = 50;

const described = (text: string) => z.string().check(z.describe(text));

const WaitingApproval = z.strictObject({
  approval_id: described('Identifies the approval.'),
  message_id: described('The message that waits for it. get_run shows its run.'),
  title: described('What is asked.'),
  facts: z
    .array(z.strictObject({ label: described('The kind of fact.'), value: described('The fact.') }))
    .check(z.describe('What would be done.')),
  requested_by: described('Who began it: user:<name>, scheduler, mcp:<name> or agent:<name>.'),
  expires_at: described('When the decision is no longer possible. ISO 8601, UTC.'),
  url: described('Where a person decides.'),
});

/** `list_approvals` */
export const listApprovalsTool = defineDirectTool({
  name: 'list_approvals',
  title: 'List approvals',
  description: `Lists what waits for the yes of a person, newest first, at most ${MAX}. An assistant cannot decide: a person does, on their phone or at the address of the approval.`,
  role: 'viewer',
  hint: 'read',
  isIdempotent: true,
  isOpenWorld: false,
  input: z.strictObject({}),
  output: z.strictObject({
    approvals: z.array(WaitingApproval).check(z.describe('The approvals that wait.')),
  }),
  answer: async (_input, _call, { clock, listApprovals }) => {
    const page = await listApprovals({ status: 'pending', limit: MAX, after: undefined });
    const waiting = page.approvals.filter(({ expires_at }) => Date.parse(expires_at) > clock.now());
    const approvals = waiting.map((approval) => ({
      approval_id: approval.id,
      message_id: approval.message_id,
      title: shownLine(approval.title),
      facts: factsWithLimit(approval).map(({ label, value }) => ({
        label: shownLine(label),
        value: shownLine(value),
      })),
      requested_by: approval.requested_by,
      expires_at: approval.expires_at,
      url: `${PUBLIC_URL}/approvals/${approval.id}`,
    }));
    const lines = approvals.map(
      ({ title, facts, expires_at, url }) =>
        `${title} (${facts.map(({ label, value }) => `${label}: ${value}`).join(', ')}), until ${expires_at}: ${url}`,
    );
    return {
      text: lines.length === 0 ? 'Nothing waits for an approval.' : lines.join('\n'),
      data: { approvals },
    };
  },
});

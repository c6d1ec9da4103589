import * as z from 'zod/mini';
import { type Operation, operation } from '#handlers/web-api/operation.ts';
import type { PersonalDecision } from '#lib/approvals/decide-and-release.ts';
import { ReasonText } from '#lib/platform/text.ts';
import { approvalIdIn } from './read-approvals.ts';

const DecisionBody = z.optional(z.strictObject({ reason: z.optional(ReasonText) }));

/** Decides an approval in the name of the caller. */
const decision = (status: PersonalDecision['status']): Operation =>
  operation(
    { body: DecisionBody, isBodyOptional: true },
    async ({ body, caller, params, log }, { approvals }) => {
      const id = approvalIdIn(params);
      const decided = await approvals.decide(id, { status, by: caller, reason: body?.reason }, log);
      const { message_id } = decided;
      return {
        status: 200,
        body: decided,
        logged: { approval_id: id, decision: status, message_id },
      };
    },
  );

export const postApprove = decision('approved');
export const postDeny = decision('denied');

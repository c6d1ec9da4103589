/** Lists what waits for a decision on the running platform, or in a stage: `make approvals STAGE=…`. */

import * as z from 'zod/mini';
import { factsWithLimit } from '#lib/approvals/facts-with-limit.ts';
import { callApi } from './call-api.ts';
import { command } from './command.ts';
import { line } from './printable.ts';
import { readStage } from './stages.ts';
import { type TargetPlatform, targetPlatform } from './target-platform.ts';
import { variables } from './variables.ts';

const ListedApproval = z.object({
  id: z.string(),
  title: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  max_total_cents: z.optional(z.number()),
  requested_by: z.string(),
  expires_at: z.string(),
});
type ListedApproval = z.output<typeof ListedApproval>;

const ApprovalPage = z.object({
  data: z.array(ListedApproval),
  pagination: z.object({ has_more: z.boolean() }),
});

const main = async () => {
  const stage = readStage(variables().STAGE, 'make approvals');
  await printApprovals(await targetPlatform(stage));
};

/** Prints the newest approvals that wait for a decision, with the commands that decide them. */
export const printApprovals = async (platform: TargetPlatform): Promise<void> => {
  const path = '/api/approvals?limit=100';
  const { data, pagination } = await callApi({ ...platform, path }, ApprovalPage);
  if (data.length === 0) console.log('nothing waits for a decision');
  for (const approval of data) console.log([textOf(approval), ''].join('\n'));
  if (pagination.has_more) console.log('there are more, which this command does not show');
  if (data.length > 0) console.log('make approve ID=… or make deny ID=… REASON="…" decides one');
};

const textOf = ({ id, title, requested_by, expires_at, ...priced }: ListedApproval): string =>
  [
    line`${id}  ${title}`,
    ...factsWithLimit(priced).map(({ label, value }) => line`  ${label}: ${value}`),
    line`  asked by ${requested_by}, expires at ${expires_at}`,
  ].join('\n');

if (import.meta.main) await command(main);

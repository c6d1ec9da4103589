import { afterAll, beforeEach, expect, it } from 'vitest';
import { APPROVAL_STATUSES, type ApprovalStatus } from '#lib/approvals/approval-schema.ts';
import { type ApprovalPosition, listApprovals } from '#lib/data/approvals/approval-lists.ts';
import { documentClient } from '#lib/data/table.ts';
import { iso } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { anApproval } from '#test/support/approvals.ts';
import { START_MS } from '#test/support/builders.ts';
import { installDynamo } from '#test/support/dynamodb.ts';

const TABLE = env('APPROVALS_TABLE');
const dynamo = installDynamo(documentClient);
beforeEach(() => dynamo.reset());
afterAll(() => dynamo.uninstall());

/** The ids of each page, by following `next` to the end. */
const walk = async (status: ApprovalStatus, limit: number) => {
  const pages: string[][] = [];
  let after: ApprovalPosition | undefined;
  do {
    const page = await listApprovals({ status, limit, after });
    pages.push(page.approvals.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return pages;
};

it.each(APPROVAL_STATUSES)('lists those that are %s, newest first, on pages', async (status) => {
  for (const [n, other] of APPROVAL_STATUSES.entries()) {
    for (const minute of [0, 1, 1]) {
      const id = `appr_${minute}_${n}_${dynamo.rows(TABLE).length % 3}`;
      const created_date = iso(START_MS + minute);
      dynamo.put(TABLE, { ...anApproval({ id, status: other, created_date }) });
    }
  }
  const n = APPROVAL_STATUSES.indexOf(status);

  expect(await walk(status, 2)).toEqual([[`appr_1_${n}_2`, `appr_1_${n}_1`], [`appr_0_${n}_0`]]);
  expect(await walk(status, 3)).toHaveLength(1);
});

it('returns whole rows', async () => {
  dynamo.put(TABLE, { ...anApproval() });

  expect(await listApprovals({ status: 'pending', limit: 1, after: undefined })).toEqual({
    approvals: [anApproval()],
  });
});

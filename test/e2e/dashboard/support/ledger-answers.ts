import type { BrowserContext, Page, Route } from 'playwright-core';
import type { Approval } from '#lib/approvals/approval-schema.ts';
import type { Effect } from '#lib/effects/effect-schema.ts';
import type { Message } from '#lib/messages/message.ts';
import { memberOf, runTree } from '#lib/messages/run-tree.ts';

/** What the API answers about approvals and effects. A test changes it while the page is open. */
export interface LedgerAnswers {
  approvals: Approval[];
  effects: Effect[];
  /** The message of the approvals, which is its whole run. */
  message: Message;
  /** What a POST does and answers; without it, 409. */
  onPost?: (path: string, body: Record<string, unknown>) => Answer;
  /** Every POST, with its body. */
  posts: { path: string; body: Record<string, unknown> }[];
}

export interface Answer {
  status?: number;
  json: unknown;
}

/** An answer of the API with an error. */
export const anError = (status: number, code: string, message = code): Answer => ({
  status,
  json: { error: { code, message, correlation_id: 'e2e-ledger' } },
});

/** Answers the requests for approvals, effects and runs in place of the API. */
export const answerLedger = (
  target: Page | BrowserContext,
  answers: LedgerAnswers,
): Promise<unknown> =>
  target.route(
    ({ pathname }) => /^\/api\/(approvals|effects)|^\/api\/messages\/[^/]+\/run$/.test(pathname),
    (route: Route) => route.fulfill(answerTo(route, answers)),
  );

const answerTo = (route: Route, answers: LedgerAnswers): Answer => {
  const { pathname, searchParams } = new URL(route.request().url());
  const [, , kind, id] = pathname.split('/');
  if (route.request().method() === 'POST') {
    const body = route.request().postDataJSON() as Record<string, unknown>;
    answers.posts.push({ path: pathname, body });
    return answers.onPost?.(pathname, body) ?? anError(409, 'APPROVAL_DECIDED');
  }
  if (kind === 'messages') return { json: { ...runOf(answers.message), truncated: false } };
  const rows =
    kind === 'approvals'
      ? answers.approvals.map((row) => ({ row, id: row.id }))
      : answers.effects.map((row) => ({ row, id: row.effect_id }));
  if (id === undefined) {
    const status = searchParams.get('status') ?? (kind === 'approvals' ? 'pending' : null);
    return listOf(
      rows.map(({ row }) => row).filter((row) => status === null || row.status === status),
    );
  }
  const found = rows.find((one) => one.id === id);
  return found === undefined ? anError(404, 'APPROVAL_NOT_FOUND') : { json: found.row };
};

const runOf = (message: Message) => runTree([memberOf(message)]);

const listOf = (data: readonly unknown[]): Answer => ({
  json: { data, pagination: { limit: 50, cursor: null, has_more: false }, count: data.length },
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { printApprovals } from '#scripts/approvals.ts';
import { messageOf } from '#scripts/command.ts';
import { sendDecision } from '#scripts/send-decision.ts';
import { anApproval } from '#test/support/approvals.ts';
import { unsafeIn } from '#test/support/unsafe-text.ts';
import { collectOutput, type FakeApi, type FakeResponse, startFakeApi } from './fake-api.ts';

const pageOf = (...data: unknown[]): FakeResponse => ({
  body: { data, pagination: { limit: 100, cursor: null, has_more: false }, count: data.length },
});

let printed: ReturnType<typeof collectOutput>;
let api: FakeApi;
let response: FakeResponse;

beforeEach(async () => {
  printed = collectOutput();
  api = await startFakeApi(() => response);
});
afterEach(async () => {
  printed.restore();
  await api.stop();
});

describe('make approvals', () => {
  it('shows what is asked, what it may cost, by whom and until when', async () => {
    response = pageOf(anApproval({ id: 'appr_1' }));

    await printApprovals(api.platform);

    expect(api.requests).toMatchObject([
      { line: 'GET /api/approvals?limit=100', authorization: 'Bearer the-token' },
    ]);
    expect(printed.output[0]).toBe(
      [
        'appr_1  Book a tee time',
        '  Players: 2',
        '  At most: $80.00',
        '  asked by scheduler, expires at 2026-03-01T12:30:00.000Z',
        '',
      ].join('\n'),
    );
    expect(printed.output[1]).toContain('make approve ID=');
  });

  it('says when nothing waits', async () => {
    response = pageOf();

    await printApprovals(api.platform);

    expect(printed.output).toEqual(['nothing waits for a decision']);
  });

  it('shows foreign text as visible characters', async () => {
    const evil = '\u001b[2J\u202e\r\nappr_2  Free';
    const facts = [{ label: evil, value: evil }];
    response = pageOf(anApproval({ title: evil, requested_by: evil, facts }));

    await printApprovals(api.platform);

    const text = printed.output.join('').replaceAll('\n', '');
    expect(text).toContain('\\u001b[2J');
    expect(unsafeIn(text)).toEqual([]);
  });
});

describe.each([
  { verb: 'approve', status: 'approved' },
  { verb: 'deny', status: 'denied' },
] as const)('make $verb', ({ verb, status }) => {
  it('decides and names the run', async () => {
    response = { body: anApproval({ status, message_id: 'msg_1' }) };

    await sendDecision(api.platform, { verb, id: 'appr_1', reason: 'as agreed' });

    expect(api.requests).toMatchObject([
      { line: `POST /api/approvals/appr_1/${verb}`, body: { reason: 'as agreed' } },
    ]);
    expect(printed.output).toEqual([
      `${status}: Book a tee time`,
      `its run: ${api.platform.apiUrl}/api/messages/msg_1/run`,
    ]);
  });

  it.each([undefined, ''])('needs no reason: %j', async (reason) => {
    response = { body: anApproval({ status }) };

    await sendDecision(api.platform, { verb, id: 'a/b', reason });

    expect(api.requests).toMatchObject([{ line: `POST /api/approvals/a%2Fb/${verb}`, body: {} }]);
  });

  it('says who was first', async () => {
    const message = 'user:bob denied it at 2026-03-01T12:00:00.000Z';
    response = { status: 409, body: { error: { code: 'APPROVAL_DECIDED', message } } };

    const end = await sendDecision(api.platform, { verb, id: 'appr_1', reason: undefined }).then(
      () => 'done',
      messageOf,
    );

    expect(end).toBe(`409 ${message}`);
    expect(printed.output).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { ERROR_CODES } from '#lib/platform/errors.ts';
import { adviceFor } from '#lib/tools/failure-advice.ts';
import { type answerAtEnd, isWaitingForApproval } from '#lib/tools/message-answer.ts';
import type { MessageTool } from '#lib/tools/tool.ts';
import { toolRegistry } from '#lib/tools/tool-registry.ts';
import { anApproval } from '#test/support/approvals.ts';
import { aMessage, type MessageOverrides, START_MS } from '#test/support/builders.ts';
import { fitting } from './schemas.ts';

const booking = toolRegistry([]).find('golf_book_tee_time') as MessageTool;
const webAction = (fields: MessageOverrides): Message =>
  aMessage({ message_type: 'web_action', created_by: 'mcp', requested_by: 'mcp:ada', ...fields });
const answerOf = (message: Message, approval?: Parameters<typeof answerAtEnd>[1]) =>
  fitting(booking, booking.answerOf(message, approval));

const BOOKED = {
  course: 'birdsfoot',
  course_title: 'Birdsfoot',
  reservation_id: '5001',
  start_time: '2026-07-11T08:10:00-04:00',
  players: 2,
  holes: 18,
  total_cents: 9_000,
};
const HELD = {
  status: 'queued',
  due_bucket: 'held-approval',
  error_code: 'APPROVAL_PENDING',
  error_message: 'waits for an approval until 2026-03-01T12:30:00.000Z',
} as const;

describe('the answer of a completed message', () => {
  it('has the summary, the data, and no failure', () => {
    const message = webAction({
      status: 'completed',
      result: { summary: 'Booked.', data: BOOKED },
    });

    expect(answerOf(message)).toEqual({
      text: 'Booked.',
      data: { message_id: message.id, status: 'completed', summary: 'Booked.', data: BOOKED },
    });
  });

  it('says that the data are old, or that it was done before', () => {
    const message = webAction({
      status: 'completed',
      result: { summary: 'Booked before.', data: BOOKED, stale_seconds: 90, already_done: true },
    });

    expect(answerOf(message).data).toMatchObject({ stale_seconds: 90, already_done: true });
  });

  it('says that the data are too large', () => {
    const { text, data } = answerOf(
      webAction({ status: 'completed', result: { summary: 'Many.', truncated: true } }),
    );

    expect(text).toBe(
      'Many.\nThe data are left out, because they are too large: ask for less at a time.',
    );
    expect(data).toMatchObject({ summary: 'Many.', truncated: true });
  });

  it('shows what a dry run would have done, without data', () => {
    const summary = 'Dry run:\nGolf booking was not carried out.\nPlayers: 2';

    const answer = answerOf(
      webAction({ status: 'completed', result: { summary, result_id: 'x' } }),
    );

    expect(answer).toMatchObject({ text: summary, data: { status: 'completed', summary } });
    expect(answer.data).not.toHaveProperty('data');
  });

  it.each([undefined, {}, { summary: '' }, { summary: 7 }])(
    'is "Done." for the result %j',
    (result) => {
      const message = webAction({
        status: 'completed',
        ...(result === undefined ? {} : { result }),
      });

      expect(answerOf(message).text).toBe('Done.');
    },
  );
});

describe('the answer of a failed message', () => {
  it.each(ERROR_CODES)('has one sentence about %s and one that says what to do', (error_code) => {
    const message = webAction({
      status: 'failed',
      error_code,
      error_message: 'it did not\nwork out.',
    });

    const { text, data, isError } = answerOf(message);

    expect(isError).toBe(true);
    expect(text).toBe(`It did not work out. ${adviceFor(error_code)}`);
    expect(adviceFor(error_code)).toMatch(/^[A-Z][^\n]{10,200}\.$/i);
    expect(data).toEqual({
      message_id: message.id,
      status: 'failed',
      error_code,
      error_message: 'It did not work out.',
    });
  });

  it('advises a retry only where one helps and harms nothing', () => {
    for (const code of ['EFFECT_UNKNOWN', 'EFFECT_CONFIRMED', 'HOPS_EXCEEDED', 'UNKNOWN_ACTION']) {
      expect(adviceFor(code)).toMatch(/[Dd]o not repeat/);
    }
    for (const code of ['NTFY_40301', 'constructor', undefined]) {
      expect(adviceFor(code)).toMatch(/Do not repeat/);
    }
    for (const code of ['HTTP_TIMEOUT', 'STORE_UNAVAILABLE', 'CIRCUIT_OPEN']) {
      expect(adviceFor(code)).toBe('Try again in a few minutes.');
    }
  });
});

describe('the answer of a message that is not over', () => {
  it('says what is asked, of whom, until when and where, while it waits for an approval', () => {
    const message = webAction(HELD);
    const approval = anApproval({ message_id: message.id });
    const url = `${env('PUBLIC_URL')}/approvals/${approval.id}`;

    const { text, data, isError } = answerOf(message, approval);

    expect(isWaitingForApproval(message)).toBe(true);
    expect(isError).toBeUndefined();
    expect(text.split('\n')).toEqual([
      'Nothing was done yet. A person must approve it: Book a tee time.',
      'Players: 2',
      'At most: $80.00',
      `Every operator was asked by a push, and can decide until ${approval.expires_at} at ${url}.`,
      `An assistant cannot decide. Call get_run with message_id ${message.id} to see the decision and the result.`,
    ]);
    expect(data).toEqual({
      message_id: message.id,
      status: 'waiting_for_approval',
      error_code: 'APPROVAL_PENDING',
      approval_id: approval.id,
      approval_url: url,
      expires_at: approval.expires_at,
    });
  });

  it.each([
    { what: 'there is no approval', fields: HELD, approval: undefined },
    { what: 'a person has decided', fields: HELD, approval: anApproval({ status: 'approved' }) },
    { what: 'it does not wait for one', fields: {}, approval: anApproval() },
  ])('only says that it is open, if $what', ({ fields, approval }) => {
    expect(answerOf(webAction(fields), approval).data).toMatchObject({ status: 'open' });
  });

  it('says why it waits, and that the call must not be repeated', () => {
    const message = webAction({
      status: 'queued',
      due_bucket: 'held-web-actions',
      error_code: 'FEATURE_DISABLED',
      error_message: 'web-actions is off: the course is closed',
    });

    expect(answerOf(message)).toEqual({
      text: `It is not finished yet. It waits: Web-actions is off: the course is closed. Do not repeat the call. Call get_run with message_id ${message.id} to see the result.`,
      data: {
        message_id: message.id,
        status: 'open',
        error_code: 'FEATURE_DISABLED',
        error_message: 'Web-actions is off: the course is closed.',
      },
    });
  });

  it.each(['created', 'queued', 'processing'] as const)(
    'names the message that is %s',
    (status) => {
      const message = webAction({
        status,
        nowMs: START_MS,
        lease_until: iso(START_MS + MINUTE_MS),
      });

      const { text } = answerOf(message);

      expect(text).toBe(
        `It is not finished yet. Do not repeat the call. Call get_run with message_id ${message.id} to see the result.`,
      );
    },
  );
});

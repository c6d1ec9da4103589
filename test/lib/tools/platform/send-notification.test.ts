import { describe, expect, it } from 'vitest';
import { checkMessage } from '#lib/entry/check-message.ts';
import { NEW_PAYLOADS } from '#lib/messages/payloads.ts';
import { AppError } from '#lib/platform/errors.ts';
import { sendNotificationTool } from '#lib/tools/platform/send-notification.ts';
import { faultOfValue, fitting } from '#test/lib/tools/schemas.ts';
import { aMessage, type MessageOverrides } from '#test/support/builders.ts';
import { virtualClock } from '#test/support/clock.ts';
import { capturingLog } from '#test/support/log.ts';

const { draftOf, input, answerOf } = sendNotificationTool;
const WHOLE = {
  message: 'The **kettle** boils',
  title: 'Tea',
  priority: 'high',
  tags: ['tea', 'warning'],
  click: 'https://example.org/tea',
  markdown: true,
};
const pushOf = (fields: MessageOverrides) => aMessage({ message_type: 'notify', ...fields });
const answer = (fields: MessageOverrides) =>
  fitting(sendNotificationTool, answerOf(pushOf(fields)));

describe('send_notification', () => {
  it('creates one push with every property that a push has', async () => {
    expect(faultOfValue(input, WHOLE)).toBe('');

    const { draft } = await checkMessage(
      draftOf(WHOLE),
      { actionParameters: undefined, log: capturingLog() },
      {
        clock: virtualClock(),
        findEndpoint: async () => undefined,
        schedules: { findAny: async () => undefined, findByName: async () => [] },
      },
    );

    expect(draft).toEqual({ message_type: 'notify', payload: WHOLE });
    expect(Object.keys(input.properties as object)).toEqual(Object.keys(NEW_PAYLOADS.notify.shape));
  });

  it.each([
    { given: {}, path: 'message' },
    { given: { message: ' \u200b ' }, path: 'message' },
    { given: { message: 'x', priority: 9 }, path: 'priority' },
    { given: { message: 'x', tags: ['a,b'] }, path: 'tags.0' },
    { given: { message: 'x', click: 'javascript:alert(1)' }, path: 'click' },
    { given: { message: 'x', click: 'http://example.org' }, path: 'click' },
    { given: { message: 'x', attach: 'https://example.org' }, path: 'attach' },
  ])('refuses $path of $given', ({ given, path }) => {
    let details: AppError['details'] = [];
    try {
      draftOf(given);
    } catch (error) {
      if (error instanceof AppError) details = error.details;
    }

    expect(details).toMatchObject([{ path }]);
  });

  it.each([
    { result: undefined, text: 'The push was sent.' },
    {
      result: { cut: ['message'] },
      text: 'The push was sent. It was cut, because it is too long.',
    },
  ])('says: $text', ({ result, text }) => {
    const fields = result === undefined ? {} : { result };

    expect(answer({ status: 'completed', ...fields }).text).toBe(text);
  });

  it('says that a push waits while the service fails, and why', () => {
    const { text, isError } = answer({
      status: 'queued',
      error_code: 'CIRCUIT_OPEN',
      error_message: 'ntfy does not respond',
    });

    expect(isError).toBeUndefined();
    expect(text).toContain('It waits: Ntfy does not respond.');
  });

  it('is a failure that nobody repeats, if the push service refuses it', () => {
    const failed = {
      status: 'failed',
      error_code: 'NTFY_40004',
      error_message: 'refused',
    } as const;

    expect(answer(failed)).toMatchObject({
      isError: true,
      text: expect.stringMatching(/Do not repeat/),
    });
  });
});

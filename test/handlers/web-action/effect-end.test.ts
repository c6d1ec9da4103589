import { describe, expect, it } from 'vitest';
import { endOfEffect } from '#handlers/web-action/effect-end.ts';
import { bookTeeTime } from '#lib/actions/golf/book-tee-time.ts';
import { checkPayload } from '#lib/messages/payloads.ts';
import { AppError } from '#lib/platform/errors.ts';
import { aMessage } from '#test/support/builders.ts';
import { anEffect } from '#test/support/effects.ts';

const PUBLIC_URL = 'https://rez.example';
const FACTS = [
  { label: 'Course', value: 'Birdsfoot' },
  { label: 'Tee time', value: '8:10 AM EST' },
];

describe('the push about an action that was not carried out', () => {
  it('begins with the reason as a sentence, and its link opens the message, which says what to do', () => {
    const message = aMessage({ message_type: 'web_action' });
    const error = new AppError('conflict', 'PRICE_ABOVE_LIMIT', 'the price is $95.93');
    const effect = anEffect({ facts: FACTS });

    const end = endOfEffect({ is: 'failed', error, effect }, message, bookTeeTime, PUBLIC_URL);

    const [push] = 'children' in end ? end.children : [];
    expect(push?.payload).toMatchObject({
      title: 'Not done: Golf booking',
      message: 'The price is $95.93.\nCourse: Birdsfoot\nTee time: 8:10 AM EST',
      click: `${PUBLIC_URL}/messages/${message.id}`,
    });
    expect(() => checkPayload('notify', push?.payload)).not.toThrow();
  });
});

import type { RunMessage } from '#handlers/web/app/api/responses.ts';
import { errorMeaning } from '#handlers/web/app/messages/error-meaning.ts';
import { waitingOf } from '#handlers/web/app/messages/waiting.ts';
import type { Tone } from '#handlers/web/app/parts/tone.ts';

/** What became of what was approved, for people. */
export interface RunOutcome {
  tone: Tone;
  title: string;
  /** What to do. */
  text?: string;
  /** What the provider or the platform says about it. It can contain text from others. */
  details?: string | undefined;
}

export type ApprovedMessage = Pick<RunMessage, 'result' | 'error_message'> &
  Parameters<typeof waitingOf>[0];

/** How a message that was approved can fail. */
const FAILURES: Readonly<Record<string, string>> = {
  PRICE_ABOVE_LIMIT: 'The price is above your limit. Nothing was done.',
  EFFECT_REJECTED: 'The provider refused it. Nothing was done.',
  EFFECT_UNKNOWN: 'It is not known whether it was carried out.',
};
/** The outcome is not known while a message with one of these codes waits. */
const UNSETTLED: readonly (string | undefined)[] = ['EFFECT_UNKNOWN', 'EFFECT_IN_PROGRESS'];

/** The outcome of a message that was approved, as far as it is known. */
export const runOutcome = (message: ApprovedMessage, nowMs: number): RunOutcome => {
  const { status, error_code: code = '', error_message: details, result } = message;
  if (status === 'completed') {
    const summary = result?.summary;
    return {
      tone: 'ok',
      title: result?.already_done === true ? 'It was done before, and only once.' : 'Done.',
      details: typeof summary === 'string' ? summary : undefined,
    };
  }
  if (status === 'failed') {
    const { meaning, toDo } = errorMeaning(code);
    const title = (Object.hasOwn(FAILURES, code) ? FAILURES[code] : undefined) ?? meaning;
    return { tone: 'bad', title, text: toDo, details };
  }
  if (UNSETTLED.includes(code)) {
    return {
      tone: 'warn',
      title: 'It is not known yet whether it was carried out.',
      text: 'The provider did not say. The platform looks again for half an hour, and does nothing twice.',
      details,
    };
  }
  const waiting = waitingOf(message, nowMs);
  return waiting?.kind === 'held' && code !== 'APPROVAL_PENDING'
    ? { tone: 'warn', title: waiting.title, text: waiting.text }
    : { tone: 'info', title: 'It is being carried out …' };
};

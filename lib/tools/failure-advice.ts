import type { ErrorCode } from '#lib/platform/errors.ts';

const RETRY = 'Try again in a few minutes.';
const CORRECT = 'Correct the input and call the tool again.';

const ADVICE: Partial<Record<ErrorCode, string>> = {
  APPROVAL_DENIED: 'Ask the person what they want instead; do not call the tool again by yourself.',
  APPROVAL_EXPIRED: 'Ask the person whether it is still wanted before you call the tool again.',
  BLOCKED_BY_PROVIDER: 'The provider refuses programs now: tell the person to use its own page.',
  CREDENTIALS_REFUSED: 'Tell the person that an operator must set new credentials.',
  CONFIG_UNAVAILABLE: 'Tell the person that the configuration must be checked, then try again.',
  EFFECT_EXISTS: 'Look at what exists before you change it.',
  EFFECT_UNKNOWN:
    'Nobody knows yet whether it was done: do not repeat it, and tell the person to look at the effects in the dashboard.',
  EXPIRED: 'Ask the person whether it is still wanted before you call the tool again.',
  FEATURE_DISABLED: 'Tell the person that an operator has switched this off.',
  INVALID_PAYLOAD: CORRECT,
  VALIDATION_ERROR: CORRECT,
  MESSAGE_NOT_FOUND: 'list_messages shows the messages that exist.',
  NAME_TAKEN: 'list_schedules shows the names that are taken.',
  NOT_FAILED: 'Only a failed message can be redriven: get_run shows how it stands.',
  PRICE_ABOVE_LIMIT: 'Ask the person whether a higher limit is wanted.',
  QUOTA_EXCEEDED: 'Tell the person that the limit of the policy is reached.',
  SCHEDULE_NOT_FOUND: 'list_schedules shows the schedules that exist.',
};

/** The sentence that says what to do after a failure. */
export const adviceFor = (code: string | undefined): string =>
  (isKnown(code) ? ADVICE[code] : undefined) ?? RETRY;

const isKnown = (code: string | undefined): code is keyof typeof ADVICE =>
  code !== undefined && Object.hasOwn(ADVICE, code);

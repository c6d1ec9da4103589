import type { ErrorCode } from '#lib/platform/errors.ts';

const RETRY = 'Try again in a few minutes.';
const CORRECT = 'Correct the input and call the tool again.';
const CHOOSE_ANOTHER = 'Look at what is possible now, and ask the person before another choice.';
const ASK_WHETHER_WANTED =
  'Ask the person whether it is still wanted before you call the tool again.';
const TELL = 'Tell the person; the dashboard shows more. Do not repeat the call.';

/** The advice of codes that no retry helps against, and that the input did not cause, is `TELL`. */
const ADVICE: Partial<Record<ErrorCode, string>> = {
  APPROVAL_DENIED: 'Ask the person what they want instead; do not call the tool again by yourself.',
  APPROVAL_EXPIRED: ASK_WHETHER_WANTED,
  BLOCKED_BY_PROVIDER: 'The provider refuses programs now: tell the person to use its own page.',
  CIRCUIT_OPEN: RETRY,
  CONFIG_UNAVAILABLE: 'Tell the person that the configuration must be checked, then try again.',
  CREDENTIALS_REFUSED: 'Tell the person that an operator must set new credentials.',
  DEADLINE: RETRY,
  EFFECT_CONFIRMED: 'It was done: do not repeat it.',
  EFFECT_EXISTS: 'Look at what exists before you change it.',
  EFFECT_IN_PROGRESS: 'Wait for the end of the call that runs before you call the tool again.',
  EFFECT_REJECTED: CHOOSE_ANOTHER,
  EFFECT_UNKNOWN:
    'Nobody knows yet whether it was done: do not repeat it, and tell the person to look at the effects in the dashboard.',
  EXPIRED: ASK_WHETHER_WANTED,
  FEATURE_DISABLED: 'Tell the person that an operator has switched this off.',
  HTTP_429: RETRY,
  HTTP_5XX: RETRY,
  HTTP_CONNECTION: RETRY,
  HTTP_DEADLINE: RETRY,
  HTTP_TIMEOUT: RETRY,
  INVALID_PAYLOAD: CORRECT,
  KEYS_UNAVAILABLE: RETRY,
  MESSAGE_NOT_FOUND: 'list_messages shows the messages that exist.',
  NAME_TAKEN: 'list_schedules shows the names that are taken.',
  NOT_CARRIED_OUT: ASK_WHETHER_WANTED,
  NOT_FAILED: 'Only a failed message can be redriven: get_run shows how it stands.',
  NTFY_EMPTY: CORRECT,
  PRICE_ABOVE_LIMIT: 'Ask the person whether a higher limit is wanted.',
  QUOTA_EXCEEDED: 'Tell the person that the limit of the policy is reached.',
  REFUSED_BY_PROVIDER: CHOOSE_ANOTHER,
  RESPONSE_TOO_LARGE: 'Ask for less at a time.',
  SCHEDULER_UNAVAILABLE: RETRY,
  SCHEDULE_CHANGED: 'Call list_schedules and decide again.',
  SCHEDULE_COMPLETED: 'It will not fire again: update_schedule can give it new times.',
  SCHEDULE_NOT_FOUND: 'list_schedules shows the schedules that exist.',
  SCHEDULE_REFUSED: CORRECT,
  SERVICE_UNAVAILABLE: RETRY,
  STORE_UNAVAILABLE: RETRY,
  TOO_MANY_CHANGES: RETRY,
  TOO_MANY_SCHEDULES: 'Ask the person which schedule to pause or delete first.',
  UNKNOWN_ENDPOINT: 'Tell the person that an operator has removed the endpoint.',
  UNREADABLE_RESPONSE: RETRY,
  VALIDATION_ERROR: CORRECT,
};

/** The sentence that says what to do after a failure. */
export const adviceFor = (code: string | undefined): string =>
  (isKnown(code) ? ADVICE[code] : undefined) ?? TELL;

const isKnown = (code: string | undefined): code is keyof typeof ADVICE =>
  code !== undefined && Object.hasOwn(ADVICE, code);

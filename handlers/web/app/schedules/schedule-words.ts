import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';

/** One sentence about what is wrong with a schedule; `undefined` when nothing is wrong. */
export const healthReason = (schedule: ApiSchedule): string | undefined => {
  const { status, health, problem, error_message } = schedule;
  if (status === 'error')
    return `EventBridge Scheduler rejects it: ${error_message ?? 'no reason'}`;
  if (health === 'late') return 'A fire is due and has not arrived yet.';
  if (health === 'down') return PROBLEMS[problem ?? 'failed'];
  return undefined;
};

const PROBLEMS: Readonly<Record<NonNullable<ApiSchedule['problem']>, string>> = {
  late: 'A fire did not arrive.',
  hung: 'A run takes too long.',
  failed: 'The last run failed.',
};

/** The words of `overlap`, for people. */
export const OVERLAP_WORDS: Readonly<Record<ApiSchedule['overlap'], string>> = {
  skip: 'Skip the fire',
  queue_one: 'Let one fire wait for the end of the run',
  allow: 'Run both at the same time',
};

/** The words of `catch_up`, for people. */
export const CATCH_UP_WORDS: Readonly<Record<ApiSchedule['catch_up'], string>> = {
  latest: 'Catch up the latest one, while it is valid',
  none: 'Do not catch up',
};

/** What a fire sends, such as `web_action weather.get_forecast` or `notify`. */
export const targetWords = ({ target }: Pick<ApiSchedule, 'target'>): string => {
  const { message_type, payload, arguments: input = {} } = target;
  const names = [payload.action, input.operation].filter((name) => typeof name === 'string');
  return names.length === 0 ? message_type : `${message_type} ${names.join('.')}`;
};

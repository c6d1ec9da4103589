import { JOBS_BY_OPERATION } from '#lib/jobs/registry.ts';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { ACCEPTED_TARGETS, CONFIGURED_INTERVAL_MS } from '#lib/schedules/draft.ts';
import type { SCHEDULE_FIELDS } from '#lib/schedules/schedule-schema.ts';

const MIN_MINUTES = CONFIGURED_INTERVAL_MS / MINUTE_MS;

const TYPES_OF_TARGETS = [...ACCEPTED_TARGETS]
  .map(([kind, types]) => `${kind}: ${types.join(' or ')}`)
  .join('; ');

/** What the fields of a schedule mean, for assistants. */
export const SCHEDULE_FIELD_TEXTS = {
  name: 'The name. No two schedules have the same name. 1 to 64 letters, digits, _ . - and, between them, spaces.',
  description: 'A description for people. At most 500 characters.',
  schedule_expression: `When it fires, in the syntax of EventBridge Scheduler: rate(n minutes|hours|days), cron(minutes hours day-of-month month day-of-week year) such as cron(30 8 ? * MON-FRI *), or at(yyyy-mm-ddThh:mm:ss). Local time of the time zone. At least ${MIN_MINUTES} minutes between two fires.`,
  timezone: 'The time zone of the expression, as an IANA name such as America/New_York.',
  target_type: 'The kind of message in target.',
  target: 'The message that each fire creates.',
  overlap:
    'What happens to a fire while the previous run is open. allow: both run. skip: the fire is skipped. queue_one: one fire waits for the end of the run.',
  catch_up:
    'Whether a missed fire is caught up while it is still valid. latest: only the latest one. none: none.',
  valid_for_seconds: 'A fire that is later than this does not run. Seconds.',
  start_date: 'No fires before this time. ISO 8601 with an offset or Z. at(…) ignores it.',
  end_date: 'No fires after this time. ISO 8601 with an offset or Z. at(…) ignores it.',
  max_runs: 'The schedule is completed after this many fires.',
  expect: 'The limits after which a push reports a problem.',
} satisfies Record<keyof typeof SCHEDULE_FIELDS.caller, string>;

/** The fields of `target`. */
export const TARGET_TEXTS = {
  message_type: `The type of the message, which must fit target_type. ${TYPES_OF_TARGETS}.`,
  payload:
    'The input of the work. manual and notify: message, and if wanted title, priority and tags. web_action: action, such as golf or weather, and the input of its operation, as its tool has it.',
  arguments: `More input. web_action: operation, such as search_tee_times or get_forecast. scheduled: operation, one of the jobs ${Object.keys(JOBS_BY_OPERATION).join(', ')}.`,
};

/** The fields of `expect`. */
export const EXPECT_TEXTS = {
  grace_seconds: 'The maximum delay of a fire. Seconds.',
  max_run_seconds: 'The maximum duration of a run. Seconds.',
};

import type {
  BodyText,
  OperationContract,
  ParameterText,
  ResponseText,
} from '#handlers/web-api/contract/model.ts';
import { MESSAGE } from '#handlers/web-api/contract/shapes/message.ts';
import { PREVIEW } from '#handlers/web-api/contract/shapes/preview.ts';
import {
  EXAMPLE_SCHEDULE_ID,
  EXPRESSION_TEXT,
  FIRE_LIST,
  SCHEDULE,
  SCHEDULE_EXAMPLE,
  SCHEDULE_LIST,
  SCHEDULE_TEXTS,
} from '#handlers/web-api/contract/shapes/schedule.ts';
import { ScheduleBody } from '#lib/schedules/draft.ts';
import { PAGE } from './messages.ts';

const ID: ParameterText = { description: 'The id of the schedule.', example: EXAMPLE_SCHEDULE_ID };

const IF_MATCH: ParameterText = {
  description:
    'The `ETag` that was answered, or a list of them: 412 when somebody has changed the schedule since. They are compared strongly, so a weak one (`W/"1"`) is always 412. `*` matches any revision.',
  example: '"1"',
  schema: {
    type: 'string',
    pattern: '^(\\*|(W/)?"[!#-~]*"(\\s*,\\s*(W/)?"[!#-~]*")*)$',
  },
};

const answer = (description: string): ResponseText => ({
  description,
  headers: ['ETag'],
  content: { shape: SCHEDULE },
});

const BODY: BodyText = {
  shape: {
    name: 'NewSchedule',
    description: 'A new schedule, or the new state of one.',
    properties: SCHEDULE_TEXTS,
  },
  schema: ScheduleBody,
  examples: {
    weekdays: { summary: 'A reminder on weekdays', value: SCHEDULE_EXAMPLE },
    digest: {
      summary: 'A job every day, with what is left out at its default',
      value: {
        name: 'digest',
        schedule_expression: 'rate(1 day)',
        target_type: 'scheduled',
        target: { message_type: 'scheduled', payload: {}, arguments: { operation: 'digest' } },
      },
    },
  },
};

const reasonBody = (name: string): BodyText => ({
  shape: {
    name,
    description: 'The reason, for the log.',
    properties: { reason: 'The reason.' },
  },
  examples: { why: { summary: 'With a reason', value: { reason: 'as agreed' } } },
});

export const SCHEDULE_OPERATIONS = {
  listSchedules: {
    tag: 'schedules',
    summary: 'List schedules',
    description: 'Newest first. Deleted schedules are listed only with `status=deleted`.',
    query: {
      status: { description: 'Schedules in this state.', example: 'active' },
      created_by: { description: 'Schedules of this creator.', example: 'user:ada' },
      ...PAGE,
    },
    responses: { 200: { description: 'A page of schedules.', content: { shape: SCHEDULE_LIST } } },
  },
  createSchedule: {
    tag: 'schedules',
    summary: 'Create a schedule',
    description:
      'Checked completely before anything is stored. The answer comes when the row is stored; if EventBridge fails, the platform tries again. A caller cannot set the target in EventBridge: every fire creates a message of the platform.',
    body: BODY,
    responses: {
      201: {
        description: 'It is stored.',
        headers: ['ETag', 'Location'],
        content: { shape: SCHEDULE },
      },
    },
    errors: ['NAME_TAKEN', 'TOO_MANY_SCHEDULES'],
  },
  getSchedule: {
    tag: 'schedules',
    summary: 'Get a schedule',
    description: 'The current state of the schedule, with its next fire.',
    path: { id: ID },
    responses: { 200: answer('The schedule.') },
    errors: ['SCHEDULE_NOT_FOUND'],
  },
  updateSchedule: {
    tag: 'schedules',
    summary: 'Replace a schedule',
    description:
      'To change a schedule, read it, leave out the properties that only the system sets, and send the others with its `ETag` as `If-Match`. A property that is left out gets its default. A paused schedule stays paused. A completed one becomes active if it has something to fire, and stays completed otherwise. Times in the past are refused, unless they are the times that the schedule has.',
    path: { id: ID },
    headers: { 'If-Match': IF_MATCH },
    body: BODY,
    responses: { 200: answer('The schedule as it is now.') },
    errors: [
      'SCHEDULE_NOT_FOUND',
      'NAME_TAKEN',
      'TOO_MANY_SCHEDULES',
      'SCHEDULE_CHANGED',
      'PRECONDITION_FAILED',
    ],
  },
  deleteSchedule: {
    tag: 'schedules',
    summary: 'Delete a schedule',
    description:
      'It does not fire any more, and its name can be used again. Its row is kept for 90 days.',
    path: { id: ID },
    headers: { 'If-Match': IF_MATCH },
    responses: { 204: { description: 'It is deleted.' } },
    errors: ['SCHEDULE_NOT_FOUND', 'SCHEDULE_CHANGED', 'PRECONDITION_FAILED'],
  },
  pauseSchedule: {
    tag: 'schedules',
    summary: 'Pause a schedule',
    description:
      'Until it is resumed, or until a time. A paused schedule gets the new reason and time.',
    path: { id: ID },
    body: {
      shape: {
        name: 'PauseRequest',
        description: 'The reason, and when the pause ends.',
        properties: {
          reason: 'The reason; shown with the schedule.',
          until: 'When the pause ends.',
        },
      },
      examples: {
        holiday: {
          summary: 'Until a date',
          value: { reason: 'holiday', until: '2199-01-07T08:00:00Z' },
        },
      },
    },
    responses: { 200: answer('The schedule, paused.') },
    errors: ['SCHEDULE_NOT_FOUND', 'SCHEDULE_COMPLETED', 'SCHEDULE_CHANGED'],
  },
  resumeSchedule: {
    tag: 'schedules',
    summary: 'Resume a schedule',
    description: 'Fires of the time of the pause are not caught up. A rate keeps its rhythm.',
    path: { id: ID },
    body: reasonBody('ResumeRequest'),
    responses: { 200: answer('The schedule, active.') },
    errors: ['SCHEDULE_NOT_FOUND', 'SCHEDULE_COMPLETED', 'TOO_MANY_SCHEDULES', 'SCHEDULE_CHANGED'],
  },
  runSchedule: {
    tag: 'schedules',
    summary: 'Run a schedule now',
    description: 'Its message is created at once. It does not count as a fire.',
    path: { id: ID },
    body: reasonBody('RunRequest'),
    responses: {
      202: { description: 'The message.', headers: ['Location'], content: { shape: MESSAGE } },
    },
    errors: ['SCHEDULE_NOT_FOUND', 'FEATURE_DISABLED'],
  },
  listFires: {
    tag: 'schedules',
    summary: 'List the past fires of a schedule',
    description:
      'Newest first: the times at which the current expression fires, as long as their messages are kept, and the last fifty fires that did not happen.',
    path: { id: ID },
    query: PAGE,
    responses: { 200: { description: 'A page of fires.', content: { shape: FIRE_LIST } } },
    errors: ['SCHEDULE_NOT_FOUND'],
  },
  previewSchedule: {
    tag: 'schedules',
    summary: 'Show when a schedule would fire',
    description: 'Checked like a schedule that is created. Nothing is stored.',
    body: {
      shape: {
        name: 'SchedulePreviewRequest',
        description: 'The times of a possible schedule.',
        properties: {
          expression: EXPRESSION_TEXT,
          timezone: 'The time zone, a name of the IANA database.',
          count: 'The number of fires to show.',
          start_date: 'No fire before this instant.',
          end_date: 'No fire after this instant.',
        },
      },
      examples: {
        weekdays: {
          summary: 'At nine on weekdays, on the clocks of Berlin',
          value: { expression: 'cron(0 9 ? * MON-FRI *)', timezone: 'Europe/Berlin', count: 1 },
        },
        rate: { summary: 'Every six hours', value: { expression: 'rate(6 hours)' } },
      },
    },
    responses: { 200: { description: 'The next fires.', content: { shape: PREVIEW } } },
  },
} satisfies Record<string, OperationContract>;

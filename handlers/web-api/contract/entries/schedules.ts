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
    'The `ETag` of the response from which the schedule was read, or a list of ETags. If the schedule was changed since then, the response is 412. A weak ETag (`W/"1"`) never matches. `*` matches every revision.',
  example: '"1"',
  schema: {
    type: 'string',
    pattern: '^(\\*|(W/)?"[!#-~]*"(\\s*,\\s*(W/)?"[!#-~]*")*)$',
  },
};

const scheduleText = (description: string): ResponseText => ({
  description,
  headers: ['ETag'],
  content: { shape: SCHEDULE },
});

const BODY: BodyText = {
  shape: {
    name: 'NewSchedule',
    description: 'A new schedule, or the new values of a schedule.',
    properties: SCHEDULE_TEXTS,
  },
  schema: ScheduleBody,
  examples: {
    weekdays: { summary: 'A reminder on weekdays', value: SCHEDULE_EXAMPLE },
    digest: {
      summary: 'A job every day, with defaults for the other properties',
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
    description: 'The reason for the request. It is logged.',
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
      status: { description: 'Only schedules with this status.', example: 'active' },
      created_by: { description: 'Only schedules of this creator.', example: 'user:ada' },
      ...PAGE,
    },
    responses: { 200: { description: 'A page of schedules.', content: { shape: SCHEDULE_LIST } } },
  },
  createSchedule: {
    tag: 'schedules',
    summary: 'Create a schedule',
    description:
      'The schedule is validated completely before it is stored. The response is sent when it is stored. If EventBridge Scheduler fails, the platform retries later. Each fire creates the message in `target`; a schedule cannot call anything else.',
    body: BODY,
    responses: {
      201: {
        description: 'The schedule is stored.',
        headers: ['ETag', 'Location'],
        content: { shape: SCHEDULE },
      },
    },
    errors: ['NAME_TAKEN', 'TOO_MANY_SCHEDULES'],
  },
  getSchedule: {
    tag: 'schedules',
    summary: 'Get a schedule',
    description: 'The schedule as it is stored now, with its next fire.',
    path: { id: ID },
    responses: { 200: scheduleText('The schedule.') },
    errors: ['SCHEDULE_NOT_FOUND'],
  },
  updateSchedule: {
    tag: 'schedules',
    summary: 'Replace a schedule',
    description:
      'To change a schedule, get it, remove the properties that only the system sets, and send the others with its `ETag` as `If-Match`. A missing property gets its default. A paused schedule stays paused. A completed schedule becomes active if it has a next fire. Times in the past are rejected, unless the schedule already has them.',
    path: { id: ID },
    headers: { 'If-Match': IF_MATCH },
    body: BODY,
    responses: { 200: scheduleText('The changed schedule.') },
    errors: [
      'SCHEDULE_NOT_FOUND',
      'NAME_TAKEN',
      'TOO_MANY_SCHEDULES',
      'TOO_MANY_CHANGES',
      'SCHEDULE_CHANGED',
      'PRECONDITION_FAILED',
    ],
  },
  deleteSchedule: {
    tag: 'schedules',
    summary: 'Delete a schedule',
    description:
      'The schedule does not fire again, and its name can be reused. It stays readable for 90 days.',
    path: { id: ID },
    headers: { 'If-Match': IF_MATCH },
    responses: { 204: { description: 'The schedule is deleted.' } },
    errors: ['SCHEDULE_NOT_FOUND', 'SCHEDULE_CHANGED', 'PRECONDITION_FAILED'],
  },
  pauseSchedule: {
    tag: 'schedules',
    summary: 'Pause a schedule',
    description:
      'The schedule does not fire until it is resumed, or until the time in `until`. If the schedule is paused already, the reason and the time are replaced.',
    path: { id: ID },
    body: {
      shape: {
        name: 'PauseRequest',
        description: 'The reason, and when the pause ends.',
        properties: {
          reason: 'The reason. It is stored with the schedule.',
          until: 'When the pause ends. Without it, the pause ends when the schedule is resumed.',
        },
      },
      examples: {
        holiday: {
          summary: 'Until a date',
          value: { reason: 'holiday', until: '2199-01-07T08:00:00Z' },
        },
      },
    },
    responses: { 200: scheduleText('The schedule, paused.') },
    errors: ['SCHEDULE_NOT_FOUND', 'SCHEDULE_COMPLETED', 'SCHEDULE_CHANGED'],
  },
  resumeSchedule: {
    tag: 'schedules',
    summary: 'Resume a schedule',
    description:
      'Fires that were due during the pause are not caught up. A `rate(…)` keeps its original rhythm.',
    path: { id: ID },
    body: reasonBody('ResumeRequest'),
    responses: { 200: scheduleText('The schedule, active.') },
    errors: [
      'SCHEDULE_NOT_FOUND',
      'SCHEDULE_COMPLETED',
      'TOO_MANY_SCHEDULES',
      'TOO_MANY_CHANGES',
      'SCHEDULE_CHANGED',
    ],
  },
  runSchedule: {
    tag: 'schedules',
    summary: 'Run a schedule now',
    description:
      'The message of the schedule is created immediately. It does not count as a fire, and the overlap rule does not apply.',
    path: { id: ID },
    body: reasonBody('RunRequest'),
    responses: {
      202: {
        description: 'The message is created.',
        headers: ['Location'],
        content: { shape: MESSAGE },
      },
    },
    errors: ['SCHEDULE_NOT_FOUND', 'FEATURE_DISABLED'],
  },
  listFires: {
    tag: 'schedules',
    summary: 'List the past fires of a schedule',
    description:
      'Newest first. The list contains the past occurrences of the current expression whose messages still exist, and the last fifty fires that were skipped or missed.',
    path: { id: ID },
    query: PAGE,
    responses: { 200: { description: 'A page of fires.', content: { shape: FIRE_LIST } } },
    errors: ['SCHEDULE_NOT_FOUND'],
  },
  previewSchedule: {
    tag: 'schedules',
    summary: 'Show when a schedule would fire',
    description: 'The times are validated like those of a new schedule. Nothing is stored.',
    body: {
      shape: {
        name: 'SchedulePreviewRequest',
        description: 'The expression, time zone and dates of a schedule.',
        properties: {
          expression: EXPRESSION_TEXT,
          timezone: 'The time zone, as a name of the IANA database.',
          count: 'The number of fires to return.',
          start_date: 'No fires before this time.',
          end_date: 'No fires after this time.',
        },
      },
      examples: {
        weekdays: {
          summary: 'At nine on weekdays, in Berlin',
          value: { expression: 'cron(0 9 ? * MON-FRI *)', timezone: 'Europe/Berlin', count: 1 },
        },
        rate: { summary: 'Every six hours', value: { expression: 'rate(6 hours)' } },
      },
    },
    responses: { 200: { description: 'The next fires.', content: { shape: PREVIEW } } },
  },
} satisfies Record<string, OperationContract>;

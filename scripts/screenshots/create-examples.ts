import * as z from 'zod/mini';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { callApi } from '#scripts/call-api.ts';
import {
  type FollowedMessage,
  FollowedMessageFields,
  followMessage,
} from '#scripts/follow-message.ts';
import { listSchedules } from '#scripts/list-schedules.ts';
import { scheduleCalled } from '#scripts/local/fire.ts';
import type { TargetPlatform } from '#scripts/target-platform.ts';
import { EXAMPLE_SCHEDULES, exampleMessages, FIRED_SCHEDULE, FORECAST } from './examples.ts';

/** Ids of what the pictures show. */
export interface ExampleIds {
  /** The message of an action with a result and two pushes. */
  forecast: string;
  /** A message that failed. */
  failed: string;
  /** A schedule that has fired. */
  schedule: string;
}

export interface CreateExamplesOptions extends TargetPlatform {
  /** Sends the fire of a schedule for a time, as EventBridge Scheduler does. */
  fire: (schedule: string, atMs: number) => Promise<void>;
  nowMs: number;
}

const Id = z.object({ id: z.string() });

/** How long the messages may take. Milliseconds. */
const FOLLOW_MS = 120_000;
const FIRES = 4;

/**
 * Creates what the pictures show, and waits until the messages have ended. It can be repeated: a schedule that exists stays
 * as it is, and messages are created at most once a day.
 * @throws Error as `callApi`, or when a message does not end as expected
 */
export const createExamples = async ({
  fire,
  nowMs,
  ...platform
}: CreateExamplesOptions): Promise<ExampleIds> => {
  await createSchedules(platform);
  const schedule = scheduleCalled(FIRED_SCHEDULE, await listSchedules(platform));
  if (schedule.execution_count === 0) {
    for (let minutes = FIRES; minutes > 0; minutes -= 1) {
      await fire(FIRED_SCHEDULE, nowMs - minutes * MINUTE_MS);
    }
  }

  const ended = await createMessages(platform, nowMs);
  const forecast = ended.get(FORECAST);
  const failed = [...ended.values()].find(({ status }) => status === 'failed');
  if (forecast?.status !== 'completed' || failed === undefined) {
    throw new Error('the forecast is not completed, or no example has failed');
  }
  return { forecast: forecast.id, failed: failed.id, schedule: schedule.id };
};

const createSchedules = async (platform: TargetPlatform): Promise<void> => {
  const existing = new Set((await listSchedules(platform)).map(({ name }) => name));
  for (const { pause, ...body } of EXAMPLE_SCHEDULES) {
    if (existing.has(body.name)) continue;
    const { id } = await callApi({ ...platform, path: '/api/schedules', body }, Id);
    if (pause === undefined) continue;
    await callApi({ ...platform, path: `/api/schedules/${id}/pause`, body: pause }, Id);
  }
};

/** The messages at their end, by name. */
const createMessages = async (
  platform: TargetPlatform,
  nowMs: number,
): Promise<Map<string, FollowedMessage>> => {
  const day = new Date(nowMs).toISOString().slice(0, 'yyyy-mm-dd'.length);
  const endMs = Date.now() + FOLLOW_MS;
  const ended = new Map<string, FollowedMessage>();
  for (const { name, path, body } of exampleMessages(nowMs)) {
    const key = `screenshots-${day}-${name.replaceAll(' ', '-')}`;
    const call = { ...platform, path, body, idempotencyKey: key };
    const { id } = await callApi(call, FollowedMessageFields);
    const follow = { ...platform, what: name, endMs, print: () => {} };
    ended.set(name, await followMessage(id, follow));
  }
  return ended;
};

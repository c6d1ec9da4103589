/**
 * Starts the run of a schedule now: `make fire SCHEDULE=daily-hello STAGE=…`. On the running `make dev`, it sends a fire
 * to the queue as EventBridge Scheduler does, so that all rules about fires apply. In a stage, it runs the schedule by hand
 * with the API.
 */

import { fireId } from '#lib/schedules/fires/fire-message.ts';
import { toMinute } from '#lib/schedules/timing.ts';
import { callApi } from './call-api.ts';
import { command } from './command.ts';
import { FollowedMessageFields } from './follow-message.ts';
import { listSchedules } from './list-schedules.ts';
import { localClients } from './local/clients.ts';
import { fireBody, scheduleCalled, schedulesOf, sendFire } from './local/fire.ts';
import { runningPlatform } from './local/running-platform.ts';
import { line } from './printable.ts';
import { readStage } from './stages.ts';
import { type TargetPlatform, targetPlatform } from './target-platform.ts';
import { variables } from './variables.ts';

const main = async () => {
  const given = variables();
  const SCHEDULE = process.argv[2] || given.SCHEDULE;
  if (!SCHEDULE)
    throw new Error(
      'SCHEDULE is missing: make fire SCHEDULE=… [STAGE=…]; `make schedules` lists the schedules',
    );
  const stage = readStage(given.STAGE, 'make fire SCHEDULE=…');
  if (stage === undefined) return fireLocally(SCHEDULE);
  return runSchedule(await targetPlatform(stage), SCHEDULE);
};

const fireLocally = async (name: string) => {
  const { apiUrl, endpoint, queueUrls, phoneUrl } = runningPlatform();
  const { dynamodb, sqs } = localClients(endpoint);
  const schedule = scheduleCalled(name, await schedulesOf(dynamodb));
  if (schedule.status === 'paused') {
    throw new Error(
      line`${name} is paused, so a fire does nothing: resume it, or select Run now at ${apiUrl}/schedules/${schedule.id}`,
    );
  }
  const queueUrl = queueUrls.fires;
  if (queueUrl === undefined) throw new Error('the platform has no queue named fires');
  const nowMs = Date.now();
  const body = fireBody(schedule, nowMs);
  await sendFire(sqs, queueUrl, body);
  console.log(line`${name} fired: ${body}`);
  const id = fireId(schedule.id, toMinute(nowMs));
  console.log(line`its run: ${apiUrl}/api/messages/${id}/run`);
  console.log('another fire within the same minute creates no second message');
  if (phoneUrl !== undefined) console.log(line`the push arrives at ${phoneUrl}/`);
};

/** Runs a schedule by hand. Unlike a fire, the run does not count, and may overlap with another. */
export const runSchedule = async (platform: TargetPlatform, name: string): Promise<void> => {
  const { id } = scheduleCalled(name, await listSchedules(platform));
  const path = `/api/schedules/${encodeURIComponent(id)}/run`;
  const message = await callApi({ ...platform, path, body: {} }, FollowedMessageFields);
  console.log(line`${name} runs by hand as ${message.id}`);
  console.log(line`its run: ${platform.apiUrl}/api/messages/${message.id}/run`);
};

if (import.meta.main) await command(main);

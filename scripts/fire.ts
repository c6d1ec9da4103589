/** Fires a schedule now: `make fire SCHEDULE=daily-hello`. */

import { fireId } from '#lib/schedules/fires/fire-message.ts';
import { toMinute } from '#lib/schedules/timing.ts';
import { command } from './command.ts';
import { localClients } from './local/clients.ts';
import { fireBody, scheduleCalled, schedulesOf, sendFire } from './local/fire.ts';
import { runningPlatform } from './local/running-platform.ts';
import { line } from './printable.ts';
import { variables } from './variables.ts';

const main = async () => {
  const SCHEDULE = process.argv[2] || variables().SCHEDULE;
  if (!SCHEDULE)
    throw new Error(
      'SCHEDULE is missing: make fire SCHEDULE=…; `make schedules` lists the schedules',
    );
  const { apiUrl, endpoint, queueUrls, phoneUrl } = runningPlatform();
  const { dynamodb, sqs } = localClients(endpoint);
  const schedule = scheduleCalled(SCHEDULE, await schedulesOf(dynamodb));
  const queueUrl = queueUrls.fires;
  if (queueUrl === undefined) throw new Error('the platform has no queue named fires');
  const nowMs = Date.now();
  const body = fireBody(schedule, nowMs);
  await sendFire(sqs, queueUrl, body);
  console.log(line`${SCHEDULE} fired: ${body}`);
  const id = fireId(schedule.id, toMinute(nowMs));
  console.log(line`its run: ${apiUrl}/api/messages/${id}/run`);
  console.log('another fire within the same minute creates no second message');
  if (phoneUrl !== undefined) console.log(line`the push arrives at ${phoneUrl}/`);
};

await command(main);

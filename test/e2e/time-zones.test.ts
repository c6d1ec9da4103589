import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { fireId } from '#lib/schedules/fires/fire-message.ts';
import type { ShownSchedule } from '#lib/schedules/presence/shown-schedule.ts';
import { wallClock } from '#test/lib/schedules/timetable/wall-clock.ts';
import { openScene, type Scene } from './support/scene.ts';
import { schedulesAt } from './support/schedules.ts';

const ZONES = [
  'Europe/Berlin',
  'Africa/Casablanca',
  'Atlantic/Azores',
  'Asia/Kathmandu',
  'America/New_York',
];

/** How late a fire may be. The scheduler checks every second, and the machine may be busy. */
const PUNCTUAL_MS = 10 * SECOND_MS;

/** The minute in the zone according to `Intl`, as a cron and as a one-time expression. */
const expressionsAt = (utcMs: number, zone: string) => {
  const { minute, hour, day, month, year, text } = wallClock(zone)(utcMs);
  return { cron: `cron(${minute} ${hour} ${day} ${month} ? ${year})`, once: `at(${text}:00)` };
};

describe('a schedule with a time zone', () => {
  let scene: Scene;
  /** The time at which all are due: a full minute that is far enough ahead to create them before it. */
  let dueMs: number;
  let ofApi: ShownSchedule;
  let queueUrl: string;
  const names: string[] = [];

  beforeAll(async () => {
    scene = await openScene();
    await scene.resetBreaker();
    const { sqs } = scene.clients;
    const QueueName = `e2e-zones-${Date.now()}`;
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    queueUrl = QueueUrl;
    await scene.signedIn('admin');
    dueMs = Math.ceil((Date.now() + 15 * SECOND_MS) / MINUTE_MS) * MINUTE_MS;
    for (const zone of ZONES) {
      for (const [kind, expression] of Object.entries(expressionsAt(dueMs, zone))) {
        const name = `${QueueName}-${zone.replace('/', '-')}-${kind}`;
        names.push(name);
        await schedulesAt().create(name, {
          ScheduleExpression: expression,
          ScheduleExpressionTimezone: zone,
          Target: {
            Arn: Attributes?.QueueArn,
            RoleArn: 'arn:aws:iam::000000000000:role/any',
            Input: JSON.stringify({
              arn: '<aws.scheduler.schedule-arn>',
              time: '<aws.scheduler.scheduled-time>',
              execution: '<aws.scheduler.execution-id>',
              attempt: '<aws.scheduler.attempt-number>',
            }),
          },
        });
      }
    }
    const { body } = await scene.api<ShownSchedule>('/api/schedules', {
      name: 'e2e-berlin',
      schedule_expression: expressionsAt(dueMs, 'Europe/Berlin').cron,
      timezone: 'Europe/Berlin',
      target_type: 'scheduled',
      target: { message_type: 'manual', payload: { message: 'Tea time' } },
    });
    ofApi = body;
    expect(Date.now()).toBeLessThan(dueMs);
  });

  afterAll(async () => {
    for (const name of names) await schedulesAt().remove(name, 'default');
    await scene.clients.sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
    await scene.close();
  });

  const patience = () => ({ timeoutMs: dueMs - Date.now() + 2 * PUNCTUAL_MS });

  it('that the API creates causes one run, in the minute of its next_fire_at', {
    timeout: 180_000,
  }, async () => {
    const { api, completed, eventually, sendsOf, sweep } = scene;
    expect(ofApi.next_fire_at).toBe(iso(dueMs));

    await eventually('a run of e2e-berlin', patience(), async () => {
      const { body } = await api<ShownSchedule>(`/api/schedules/${ofApi.id}`);
      return body.last_run;
    });
    const rows = await completed(fireId(ofApi.id, dueMs), 2);
    const push = rows.find(({ message_type }) => message_type === 'notify');
    await sweep();

    expect(sendsOf(push?.id ?? '')).toMatchObject([{ message: 'Tea time' }]);
    const { body: after } = await api<ShownSchedule>(`/api/schedules/${ofApi.id}`);
    expect(after).toMatchObject({ execution_count: 1, last_fired_at: iso(dueMs) });
    expect(['new', 'up']).toContain(after.health);
  });

  it('fires once at its local time, with its context attributes, also after a restart', {
    timeout: 180_000,
  }, async () => {
    const fires: { sentMs: number; body: Record<string, string> }[] = [];
    const receive = async () => {
      const { Messages = [] } = await scene.clients.sqs.send(
        new ReceiveMessageCommand({
          ...{ QueueUrl: queueUrl, MessageSystemAttributeNames: ['SentTimestamp'] },
          ...{ MaxNumberOfMessages: 10, VisibilityTimeout: 600 }, // So that each fire is counted once.
        }),
      );
      for (const { Attributes: of, Body = '' } of Messages) {
        fires.push({ sentMs: Number(of?.SentTimestamp), body: JSON.parse(Body) });
      }
    };
    await scene.eventually('a fire of each', patience(), async () => {
      await receive();
      return fires.length >= names.length;
    });
    await scene.restartAws();
    await sleep(3 * SECOND_MS);
    await receive();

    expect(fires.map(({ body }) => body.arn?.replace(/^.*\//, '')).sort()).toEqual(names.sort());
    for (const { sentMs, body } of fires) {
      expect(body.time, body.arn).toBe(`${iso(dueMs).slice(0, 19)}Z`);
      expect(body.execution).toMatch(/^[0-9a-f]{16}$/);
      expect(body.attempt).toBe('1');
      expect(sentMs - dueMs).toBeGreaterThanOrEqual(0);
      expect(sentMs - dueMs).toBeLessThan(PUNCTUAL_MS);
    }
    expect(new Set(fires.map(({ body }) => body.execution)).size).toBe(fires.length);
  });

  it('is refused when its expression is malformed', async () => {
    const create = schedulesAt().create('e2e-malformed', {
      ScheduleExpression: 'cron(99 12 * * ? *)',
      Target: { Arn: 'arn:aws:sqs:us-east-1:000000000000:none', RoleArn: 'any' },
    });

    await expect(create).rejects.toThrow(/400 .*ValidationException/);
  });
});

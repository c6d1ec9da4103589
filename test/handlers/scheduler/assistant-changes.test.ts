import { beforeEach, describe, expect, it } from 'vitest';
import { handler } from '#handlers/scheduler/index.ts';
import { snsClient } from '#lib/bus/topics.ts';
import { documentClient } from '#lib/data/table.ts';
import type { Message } from '#lib/messages/message.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { schedulerClient } from '#lib/schedules/event-bridge.ts';
import type { ToolAnswer } from '#lib/tools/tool.ts';
import { toolRegistry } from '#lib/tools/tool-registry.ts';
import { fitting } from '#test/lib/tools/schemas.ts';
import { aMessage, anEnvelope } from '#test/support/builders.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { sqsEvent } from '#test/support/events.ts';
import { invoke } from '#test/support/lambda.ts';
import { installScheduler } from '#test/support/scheduler.ts';
import { installSns } from '#test/support/sns.ts';

const TABLE = env('MESSAGES_TABLE');
const db = installDynamo(documentClient);
const bridge = installScheduler(schedulerClient, { clock: systemClock });
installSns(snsClient);
beforeEach(() => {
  db.reset();
  bridge.reset();
});

const registry = toolRegistry([]);

/** Calls a tool as an assistant, lets the function change the schedule, and answers. */
const call = async (name: string, input: unknown): Promise<ToolAnswer> => {
  const tool = registry.find(name);
  if (tool?.kind !== 'message') throw new Error(`${name} creates no message`);
  const message = aMessage({
    ...tool.draftOf(input),
    status: 'queued',
    nowMs: Date.now(),
    created_by: 'mcp',
    requested_by: 'mcp:ada',
  });
  db.put(TABLE, message);
  await invoke(handler, sqsEvent([anEnvelope(message)], { queue: 'schedule-creation' }));
  return fitting(tool, tool.answerOf(db.get<Message>(TABLE, { id: message.id }) ?? message));
};
const pushes = () =>
  db.rows<Message>(TABLE).filter(({ message_type }) => message_type === 'notify');

const TEA = {
  name: 'tea',
  schedule_expression: 'cron(0 16 * * ? *)',
  timezone: 'Europe/Berlin',
  target_type: 'scheduled',
  target: { message_type: 'manual', payload: { message: 'Tea time' } },
};

describe('the changes of an assistant', () => {
  it('answer with the schedule after each change, and report it with one push', async () => {
    const replaced = {
      ...TEA,
      timezone: 'Asia/Tokyo',
      overlap: 'allow',
      catch_up: 'none',
      valid_for_seconds: 600,
      expect: { grace_seconds: 60, max_run_seconds: 60 },
    };
    const changes = [
      { tool: 'create_schedule', input: TEA, says: 'created, it is active now', status: 'active' },
      { tool: 'pause_schedule', input: { name: 'tea' }, says: 'paused, it is', status: 'paused' },
      { tool: 'resume_schedule', input: { name: 'tea' }, says: 'resumed, it is', status: 'active' },
      { tool: 'update_schedule', input: replaced, says: 'updated, it is', status: 'active' },
      { tool: 'run_schedule', input: { name: 'tea' }, says: 'Its message runs', status: 'active' },
      { tool: 'delete_schedule', input: { name: 'tea' }, says: 'deleted, it', status: 'deleted' },
    ];
    for (const [n, { tool, input, says, status }] of changes.entries()) {
      const answer = await call(tool, input);

      expect(answer).not.toHaveProperty('isError');
      expect(answer.text).toContain(says);
      expect(answer.data).toMatchObject({
        status: 'completed',
        data: {
          name: 'tea',
          status,
          ...(status === 'active' ? { next_fire_at: expect.any(String) } : {}),
        },
      });
      expect(pushes()).toHaveLength(n + 1);
    }
  });

  it.each([
    { tool: 'create_schedule', input: TEA, code: 'NAME_TAKEN' },
    { tool: 'pause_schedule', input: { name: 'coffee' }, code: 'SCHEDULE_NOT_FOUND' },
    { tool: 'run_schedule', input: { name: 'coffee' }, code: 'SCHEDULE_NOT_FOUND' },
  ])('are failures without a push, if $tool is refused: $code', async ({ tool, input, code }) => {
    await call('create_schedule', TEA);

    const answer = await call(tool, input);

    expect(answer).toMatchObject({ isError: true, data: { status: 'failed', error_code: code } });
    expect(answer.text).toMatch(/^[A-Z].*\. list_schedules shows .*\.$/);
    expect(pushes()).toHaveLength(1);
  });
});

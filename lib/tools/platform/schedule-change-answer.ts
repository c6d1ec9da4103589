import * as z from 'zod/mini';
import type { Message } from '#lib/messages/message.ts';
import { actionOf } from '#lib/schedules/requests/parse-change.ts';
import { SCHEDULE_FIELDS } from '#lib/schedules/schedule-schema.ts';
import { describedShape } from '#lib/tools/described-shape.ts';
import { answerAtEnd } from '#lib/tools/message-answer.ts';
import type { ToolAnswer } from '#lib/tools/tool.ts';

const { id, status } = SCHEDULE_FIELDS.system;
const { name } = SCHEDULE_FIELDS.caller;

/** A schedule after a change. */
export const ChangedSchedule = z.strictObject(
  describedShape(
    { schedule_id: id, name, status, next_fire_at: z.optional(z.string()) },
    {
      schedule_id: 'Identifies the schedule.',
      name: 'The name of the schedule.',
      status: 'The status of the schedule.',
      next_fire_at: 'The next fire. ISO 8601, UTC. Absent when there is none.',
    },
  ),
);

/** The `result` of a `schedule_creation` message, as `lib/schedules/requests/change-outcome.ts` writes it. */
const Change = z.object({ outcome: z.string(), ...ChangedSchedule.shape });
const Refusal = z.object({
  outcome: z.literal('refused'),
  code: z.string(),
  reason: z.string(),
  problems: z.optional(z.array(z.object({ path: z.string(), problem: z.string() }))),
});

/** The path in the input of a schedule tool of a path in its `schedule_creation` message. */
export const scheduleChangePath = (path: string): string =>
  path.startsWith('payload')
    ? path.replace(/^payload(?=\.|$)/, 'target')
    : path.replace(/^arguments(\.|$)/, '');

/** The answer of a tool that changes a schedule. A refused change is a failure, although its message is completed. */
export const scheduleChangeAnswer = (message: Message): ToolAnswer => {
  if (message.status !== 'completed') return answerAtEnd(message);
  const refusal = z.safeParse(Refusal, message.result);
  if (refusal.success) return answerAtEnd(refused(message, refusal.data));
  const change = z.safeParse(Change, message.result);
  return answerAtEnd(
    change.success ? { ...message, result: resultOf(message, change.data) } : message,
  );
};

const refused = (
  message: Message,
  { code, reason, problems = [] }: z.output<typeof Refusal>,
): Message => {
  const list = problems.map(({ path, problem }) =>
    `${scheduleChangePath(path)} ${problem}`.trimStart(),
  );
  const error_message = list.length === 0 ? reason : `${reason}: ${list.join('; ')}`;
  return { ...message, status: 'failed', error_code: code, error_message };
};

const resultOf = (message: Message, { outcome, ...schedule }: z.output<typeof Change>) => {
  const { next_fire_at } = schedule;
  const runsNow = actionOf(message) === 'execute' || message.arguments?.run_now === true;
  const sentences = [
    `Schedule ${schedule.name} (${schedule.schedule_id}): ${outcome}, it is ${schedule.status} now.`,
    next_fire_at === undefined
      ? 'It has no next fire.'
      : `The next fire is at ${next_fire_at} (UTC).`,
    ...(runsNow
      ? [`Its message runs now: call get_run with message_id ${message.id} to see the result.`]
      : []),
  ];
  return { summary: sentences.join(' '), data: schedule };
};

import * as z from 'zod/mini';
import type { Message } from '#lib/messages/message.ts';
import type { Outcome, Run } from '#lib/messages/outcome.ts';
import { AppError } from '#lib/platform/errors.ts';
import { problemsOf } from '#lib/platform/problems.ts';

/** The number of messages in each status, and the failed ones. */
export interface Activity {
  counts: Record<Message['status'], number>;
  failed: readonly Pick<Message, 'message_type' | 'arguments' | 'error_code'>[];
}

/** The dependencies of jobs. */
export interface JobDeps {
  nowMs: number;
  /** The messages created since then. Milliseconds since the Unix epoch. */
  activitySince: (sinceMs: number) => Promise<Activity>;
}

interface JobContext {
  message: Message;
  run: Run;
  deps: JobDeps;
}

/** A job as the registry holds it. */
export interface Job {
  name: string;
  /** @throws AppError `invalid` / `INVALID_PAYLOAD` when the payload does not fit the job. */
  run: (context: JobContext) => Promise<Outcome>;
}

/**
 * Defines a job: a name, a schema of its input, and a function from input to outcome. The name is a message type or the
 * `operation` of a `scheduled` message; the input is the message's payload.
 */
export const job = <Input>({
  name,
  input,
  run,
}: {
  name: string;
  input: z.ZodMiniType<Input>;
  run: (input: Input, context: JobContext) => Promise<Outcome>;
}): Job => ({
  name,
  run: async (context) => {
    const parsed = z.safeParse(input, context.message.payload);
    if (parsed.success) return run(parsed.data, context);
    const details = problemsOf(parsed.error, 'payload');
    const problems = details.map(({ path, problem }) => `${path}: ${problem}`).join('; ');
    throw new AppError('invalid', 'INVALID_PAYLOAD', problems, { details });
  },
});

import type { Job, JobDeps } from '#lib/jobs/job.ts';
import { JOBS_BY_OPERATION, JOBS_BY_TYPE } from '#lib/jobs/registry.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Outcome, Run } from '#lib/messages/outcome.ts';
import { AppError } from '#lib/platform/errors.ts';

/** The name is logged, and it may be any text of a caller. */
const NAME = /^[\w-]{1,64}$/;

/**
 * Runs the job of a message: the job of its type, or for `scheduled` the job that `arguments.operation` names. A
 * `scheduled` message without an operation is delivered like `manual`.
 * @throws AppError `invalid` / `UNKNOWN_OPERATION` or `INVALID_PAYLOAD`, or the error of the job
 */
export const runJob = async (message: Message, run: Run, deps: JobDeps): Promise<Outcome> =>
  jobOf(message).run({ message, run, deps });

const jobOf = ({ message_type, arguments: args }: Message): Job => {
  const [jobs, name] =
    message_type !== 'scheduled'
      ? [JOBS_BY_TYPE, message_type]
      : args?.operation === undefined
        ? [JOBS_BY_TYPE, 'manual']
        : [JOBS_BY_OPERATION, String(args.operation)];
  const job = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
  if (job !== undefined) return job;
  const shown = NAME.test(name) ? `there is no job ${name}` : 'there is no job of that name';
  throw new AppError('invalid', 'UNKNOWN_OPERATION', shown);
};

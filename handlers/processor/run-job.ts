import type { Message } from '#lib/messages/message.ts';
import type { Outcome, Run } from '#lib/messages/outcome.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Job, JobDeps } from './jobs/job.ts';
import { JOBS_BY_OPERATION, JOBS_BY_TYPE } from './jobs/registry.ts';

/** What a caller typed may be anything, and errors are logged. */
const NAME = /^[\w-]{1,64}$/;

/**
 * Look a message's job up and run it.
 * @throws AppError `invalid` / `UNKNOWN_OPERATION` or `INVALID_PAYLOAD`; whatever the job throws
 */
export const runJob = async (message: Message, run: Run, deps: JobDeps): Promise<Outcome> =>
  jobOf(message).run({ message, run, deps });

const jobOf = ({ message_type, arguments: args }: Message): Job => {
  const operation = String(args?.operation);
  const [jobs, name] =
    message_type === 'scheduled' ? [JOBS_BY_OPERATION, operation] : [JOBS_BY_TYPE, message_type];
  const job = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
  if (job === undefined) {
    const said = NAME.test(name) ? `there is no job ${name}` : 'there is no job of that name';
    throw new AppError('invalid', 'UNKNOWN_OPERATION', said);
  }
  return job;
};

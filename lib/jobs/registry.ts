import { digest } from './digest.ts';
import { helloWorld } from './hello-world.ts';
import type { Job } from './job.ts';
import { manual } from './manual.ts';

type Jobs = Readonly<Record<string, Job>>;

/** Jobs by the message type that runs them. */
export const JOBS_BY_TYPE: Jobs = jobsByName(helloWorld, manual);

/** Jobs by the `operation` of a `scheduled` message. A new job is one file, and its name here. */
export const JOBS_BY_OPERATION: Jobs = jobsByName(digest, helloWorld);

function jobsByName(...jobs: Job[]): Jobs {
  return Object.fromEntries(jobs.map((job) => [job.name, job]));
}

import { digest } from './digest.ts';
import { helloWorld } from './hello-world.ts';
import type { Job } from './job.ts';
import { manual } from './manual.ts';

/** Jobs by the message type that runs them. */
export const JOBS_BY_TYPE: Readonly<Record<string, Job>> = jobsByName(helloWorld, manual);

/** Jobs by the `operation` of a `scheduled` message. A new job is one file, and its name here. */
export const JOBS_BY_OPERATION: Readonly<Record<string, Job>> = jobsByName(digest, helloWorld);

function jobsByName(...jobs: Job[]): Record<string, Job> {
  return Object.fromEntries(jobs.map((job) => [job.name, job]));
}

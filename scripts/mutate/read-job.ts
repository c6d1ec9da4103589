import { readFileSync } from 'node:fs';
import type { MutationJob } from './job.ts';

/** The job of this process: JSON in the file that MUTATE_JOB names. */
export const currentJob: MutationJob = JSON.parse(
  readFileSync(process.env.MUTATE_JOB ?? '', 'utf8'),
);

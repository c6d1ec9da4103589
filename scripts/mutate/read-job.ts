import { readFileSync } from 'node:fs';
import type { Job } from './job.ts';

/** The job of this process: JSON in the file that MUTATE_JOB names. */
export const job: Job = JSON.parse(readFileSync(process.env.MUTATE_JOB ?? '', 'utf8'));

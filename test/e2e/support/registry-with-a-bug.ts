/** Replaces the processor's registry in one test: the real jobs, and one with a bug. */
import * as z from 'zod/mini';
import { helloWorld } from '#lib/jobs/hello-world.ts';
import { type Job, job } from '#lib/jobs/job.ts';
import { manual } from '#lib/jobs/manual.ts';

const buggy = job({
  name: 'buggy',
  input: z.looseObject({}),
  run: async () => {
    throw new TypeError('a bug of ours');
  },
});

export const JOBS_BY_TYPE: Readonly<Record<string, Job>> = {
  hello_world: helloWorld,
  manual,
};

export const JOBS_BY_OPERATION: Readonly<Record<string, Job>> = { buggy };

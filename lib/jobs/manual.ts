import * as z from 'zod/mini';
import { job } from './job.ts';

const Input = z.looseObject({});

/** One push with the payload as it is. */
export const manual = job({
  name: 'manual',
  input: Input,
  run: async (payload) => ({ children: [{ purpose: 'push', message_type: 'notify', payload }] }),
});

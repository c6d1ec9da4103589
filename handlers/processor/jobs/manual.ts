import * as z from 'zod/mini';
import { job } from './job.ts';

const Input = z.looseObject({});

/** What a person typed becomes the push as it stands. */
export const manual = job({
  name: 'manual',
  input: Input,
  run: async (payload) => ({ children: [{ purpose: 'push', message_type: 'notify', payload }] }),
});

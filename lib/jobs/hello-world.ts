import * as z from 'zod/mini';
import { job } from './job.ts';

const Input = z.object({ message: z._default(z.string(), 'Hello world') });

/** One push with a greeting: shows that a message gets from the API to the phone. */
export const helloWorld = job({
  name: 'hello_world',
  input: Input,
  run: async ({ message: text }, { message }) => ({
    children: [
      {
        purpose: 'push',
        message_type: 'notify',
        payload: { message: text, title: `rez-agent (${message.stage})` },
      },
    ],
  }),
});

import { messageOf } from '#scripts/command.ts';

/** The error of a call, without the value that the call wrote. The SDK may have added it to the message. */
export const withoutValue = (error: unknown, value: string): Error => {
  const message = messageOf(error);
  const name = error instanceof Error ? error.name : 'an unknown error';
  return new Error(message.includes(value) ? `AWS refused the value with ${name}` : message);
};

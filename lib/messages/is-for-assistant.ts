import type { Message } from './message.ts';

/** Whether an assistant created the message and gets its result as the answer, so that no push repeats it. */
export const isForAssistant = ({ created_by }: Pick<Message, 'created_by'>): boolean =>
  created_by === 'mcp' || created_by === 'agent';

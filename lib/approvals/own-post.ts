import type { Message } from '#lib/messages/message.ts';

/**
 * Whether a person posted the message, and only people redrove it. Then the post is the yes for what the message does. A
 * message that a schedule or another message wrote is no own post, even if a person began the run.
 */
export const isOwnPost = ({
  created_by,
  parent_id,
  redrives = [],
}: Pick<Message, 'created_by' | 'parent_id' | 'redrives'>): boolean =>
  parent_id === undefined && [created_by, ...redrives.map(({ by }) => by)].every(isPerson);

const isPerson = (name: string): boolean => name.startsWith('user:');

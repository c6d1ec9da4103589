import { refusal } from './failures.ts';

/** Names that the server's own pages live under. */
export const RESERVED_TOPICS = [
  ...['docs', 'static', 'file', 'app', 'metrics', 'account', 'settings', 'signup', 'login', 'v1'],
];

/** Legal as a topic and as a sequence id. */
export const isName = (text: string): boolean => /^[-_A-Za-z0-9]{1,64}$/.test(text);

/** @throws Refusal 40010. */
export const checkTopic = (topic: string): void => {
  if (RESERVED_TOPICS.includes(topic)) throw refusal(40010);
};

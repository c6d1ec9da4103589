import { refusalError } from './failures.ts';

/** Topics that the server refuses, because its own pages have these names. */
export const RESERVED_TOPICS = [
  ...['docs', 'static', 'file', 'app', 'metrics', 'account', 'settings', 'signup', 'login', 'v1'],
];

/** Whether a text is allowed as a topic and as a sequence id. */
export const isName = (text: string): boolean => /^[-_A-Za-z0-9]{1,64}$/.test(text);

/** @throws Refusal 40010. */
export const requireAllowedTopic = (topic: string): void => {
  if (RESERVED_TOPICS.includes(topic)) throw refusalError(40010);
};

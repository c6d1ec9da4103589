import { publisher as publisherOf } from '#lib/bus/topics.ts';
import { TOPICS } from '#lib/messages/routes.ts';

/** Wakes the consumers of messages that the API puts. */
export const publisher = publisherOf('web-api', TOPICS);

import type { MessageType } from '#lib/messages/routes.ts';
import type { Status } from '#lib/messages/transitions.ts';

/** What a message of each type is. A new type does not compile before it is listed here. */
export const TYPE_WORDS = {
  manual: 'a text that becomes a push',
  notify: 'a push',
  scheduled: 'a job',
  web_action: 'a call of an outside service',
  schedule_creation: 'a change of a schedule',
  hello_world: 'a greeting that becomes a push',
} as const satisfies Record<MessageType, string>;

/** What each status means. */
export const STATUS_WORDS = {
  created: 'stored, not yet queued',
  queued: 'waits for its turn',
  processing: 'runs now',
  completed: 'done',
  failed: 'ended with an error',
} as const satisfies Record<Status, string>;

import type { MessageType } from './message.ts';

/** A topic and the queue of the same name. */
export const TOPICS = ['messages', 'notifications', 'schedule-creation'] as const;
export type Topic = (typeof TOPICS)[number];

type UpperSnake<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Uppercase<First>}_${UpperSnake<Rest>}`
  : Uppercase<Name>;

/** The environment variable that holds the ARN of a topic. */
export const topicVariable = (topic: Topic): `${UpperSnake<Topic>}_TOPIC_ARN` =>
  `${topic.toUpperCase().replaceAll('-', '_') as UpperSnake<Topic>}_TOPIC_ARN`;

export interface Route {
  topic: Topic;
  /** The function that consumes the topic's queue: its folder under `handlers/`. */
  consumer: 'processor' | 'notification' | 'scheduler';
}

/** The route of each message type. No other place defines routes; a test compares Terraform's topics and queues. */
export const ROUTES: Readonly<Record<MessageType, Route>> = {
  hello_world: { topic: 'messages', consumer: 'processor' },
  manual: { topic: 'messages', consumer: 'processor' },
  scheduled: { topic: 'messages', consumer: 'processor' },
  notify: { topic: 'notifications', consumer: 'notification' },
  schedule_creation: { topic: 'schedule-creation', consumer: 'scheduler' },
};

/** Types without a consumer yet. The API refuses them by name. */
export const RESERVED_TYPES: readonly string[] = ['web_action', 'agent_task', 'agent_response'];

export const isRouted = (type: string): type is MessageType => Object.hasOwn(ROUTES, type);

/** The types that a consumer accepts. */
export const typesOf = (consumer: Route['consumer']): MessageType[] =>
  Object.entries(ROUTES)
    .filter(([, route]) => route.consumer === consumer)
    .map(([type]) => type as MessageType);

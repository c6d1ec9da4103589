/**
 * Every message type with its topic and its consumer: the function that reads the topic's queue, named like its folder under
 * `handlers/`. No other place defines types or routes; tests compare Terraform's topics and queues and the table of types.
 */
export const ROUTES = {
  hello_world: { topic: 'messages', consumer: 'processor' },
  manual: { topic: 'messages', consumer: 'processor' },
  scheduled: { topic: 'messages', consumer: 'processor' },
  notify: { topic: 'notifications', consumer: 'notification' },
  web_action: { topic: 'web-actions', consumer: 'web-action' },
  schedule_creation: { topic: 'schedule-creation', consumer: 'scheduler' },
} as const satisfies Record<string, { topic: string; consumer: string }>;

export type MessageType = keyof typeof ROUTES;
export type Route = (typeof ROUTES)[MessageType];
export type Topic = Route['topic'];

export const MESSAGE_TYPES = Object.keys(ROUTES) as MessageType[];

/** Each topic has a queue of the same name. */
export const TOPICS: readonly Topic[] = [
  ...new Set(Object.values(ROUTES).map(({ topic }) => topic)),
];

type UpperSnake<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Uppercase<First>}_${UpperSnake<Rest>}`
  : Uppercase<Name>;

/** The environment variable that holds the ARN of a topic. */
export const topicVariable = (topic: Topic): `${UpperSnake<Topic>}_TOPIC_ARN` =>
  `${topic.toUpperCase().replaceAll('-', '_') as UpperSnake<Topic>}_TOPIC_ARN`;

/** Types that will get a consumer. The API refuses them by name. */
export const RESERVED_TYPES: readonly string[] = ['agent_task', 'agent_response'];

export const isRouted = (type: string): type is MessageType => Object.hasOwn(ROUTES, type);

/** The types that a consumer accepts. */
export const typesOf = (consumer: Route['consumer']): MessageType[] =>
  MESSAGE_TYPES.filter((type) => ROUTES[type].consumer === consumer);

import { ROUTES } from '#lib/messages/routes.ts';
import { queues } from '#test/support/terraform.ts';

/** The way of a message of this type from its row to its consumer. */
const wayOf = (type: keyof typeof ROUTES): string => {
  const { topic, consumer } = ROUTES[type];
  return `topic ${topic} -> queue ${topic} -> ${consumer}`;
};

const consumerOf = (queue: string): string => {
  const found = queues().find(({ name }) => name === queue);
  if (found === undefined) throw new Error(`there is no queue ${queue}`);
  return found.consumer;
};

const numbered = (steps: readonly string[]): string =>
  ['```text', ...steps.map((step, index) => `${index + 1}. ${step}`), '```'].join('\n');

/** The flow of a schedule and of a message that a person creates. */
export const flowsPart = (): string => `## Flow of a schedule

${numbered([
  `EventBridge Scheduler -> queue fires -> ${consumerOf('fires')}`,
  `${consumerOf('fires')}: puts the row of the message, publishes its wake-up, marks it as queued`,
  `${wayOf('scheduled')}: claims the message, runs its job`,
  'the job: its children are put, and the message becomes completed',
  `${wayOf('notify')}: claims the child, sends the push to ntfy, the child becomes completed`,
])}

A schedule of a web action takes ${'`'}${wayOf('web_action')}${'`'} in step 3.

## Flow of a manual message

${numbered([
  'POST /api/messages -> authorizer -> web-api: puts the row, publishes the wake-up, marks it as queued, responds 201',
  `${wayOf('manual')}: claims the message, puts the child, the message becomes completed`,
  `${wayOf('notify')}: claims the child, sends the push to ntfy, the child becomes completed`,
])}

In both flows, the sweeper publishes the wake-up again when a step did not happen. [service-architecture.md](service-architecture.md#the-life-of-a-message) has the file of each step.`;

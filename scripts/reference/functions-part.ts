import { API_ROUTES } from '#handlers/web-api/routes.ts';
import { entriesOf, readHcl, unquoted } from '#test/support/hcl.ts';
import {
  APP,
  attributeOf,
  blockOf,
  environmentOf,
  everyBlock,
  functions,
  localOf,
  memoryOf,
  queues,
  ROOTS,
  textOf,
  timeoutOf,
} from '#test/support/terraform.ts';
import { code, codes, table } from './markdown.ts';

const QUEUE_MAIN = textOf('modules/queue/main.tf');

/** A setting of a module's call, or the default of its variable. */
const settingOf = (expression: string): string => {
  const [, variable] = /^var\.(\w+)$/.exec(expression) ?? [];
  return variable === undefined
    ? expression
    : attributeOf(blockOf(APP, 'variable', variable), 'default');
};

/** What invokes a function. */
const triggerOf = (name: string): string => {
  const label = name.replaceAll('-', '_');
  const read = queues().filter(({ consumer }) => consumer === name);
  if (read.length > 0) return `queue ${codes(read.map((queue) => queue.name))}`;
  const schedule = APP.blocks.find(
    (block) =>
      block.labels[0] === 'aws_scheduler_schedule' &&
      everyBlock(block).some((inner) => inner.attributes.get('arn') === `module.${label}.live.arn`),
  );
  if (schedule !== undefined) {
    return `EventBridge Scheduler, ${code(unquoted(attributeOf(schedule, 'schedule_expression')))}`;
  }
  const api = blockOf(APP, 'module', 'api');
  if (attributeOf(api, 'authorizer') === `module.${label}.live`) return 'HTTP API, as authorizer';
  const routes = localOf('routes');
  const [, group] =
    new RegExp(`keys\\(local\\.(\\w+)\\) : route => \\{ integration = "${name}"`).exec(routes) ??
    [];
  if (group !== undefined) return `HTTP API, ${codes([...entriesOf(localOf(group)).keys()])}`;
  if (!routes.includes(`integration   = "${name}"`)) throw new Error(`nothing invokes ${name}`);
  return `HTTP API, the ${API_ROUTES.length} [endpoints](#endpoints)`;
};

const concurrencyOf = (name: string): string => {
  const limits = queues().flatMap((queue) =>
    queue.consumer === name && queue.concurrency !== undefined
      ? [settingOf(queue.concurrency)]
      : [],
  );
  return limits.length === 0 ? 'account' : `at most ${limits.join(', ')}`;
};

const functionTable = (): string =>
  table(
    ['function', 'invoked by', 'timeout s', 'memory MB', 'concurrency'],
    functions().map((name) => [
      code(name),
      triggerOf(name),
      timeoutOf(name),
      memoryOf(name),
      concurrencyOf(name),
    ]),
  );

const environmentTable = (): string => {
  const byFunction = new Map(functions().map((name) => [name, environmentOf(name)]));
  const names = [...new Set([...byFunction.values()].flatMap((one) => [...one.keys()]))].sort();
  return table(
    ['variable', ...functions()],
    names.map((name) => [
      code(name),
      ...functions().map((one) => (byFunction.get(one)?.has(name) ? '✓' : '')),
    ]),
  );
};

const daysOf = (pattern: RegExp): string => `${pattern.exec(QUEUE_MAIN)?.[1]} days`;

const queueTable = (): string =>
  table(
    ['queue', 'consumer', 'batch', 'visibility timeout s', 'receives before a dead letter'],
    queues().map(({ name, consumer, batchSize, timeoutS, maxReceive }) => [
      code(name),
      code(consumer),
      batchSize,
      timeoutS * Number(/visibility_timeout_seconds = (\d+) \*/.exec(QUEUE_MAIN)?.[1]),
      maxReceive,
    ]),
  );

/** The settings of a stage that differ, from the call of `modules/app`. */
const stageTable = (): string => {
  const stages = ROOTS.map(
    (root) => [root, blockOf(bodyOfRoot(root), 'module', 'app').attributes] as const,
  );
  const rows = ['log_days', 'throttle_rps', 'protect_data', 'dry_run'];
  const features = (expression = '{}') =>
    [...entriesOf(expression)].map(([name, value]) => `${name} ${value}`).join(', ');
  return table(
    ['setting', ...ROOTS],
    [
      ...rows.map((row) => [code(row), ...stages.map(([, set]) => set.get(row) ?? '')]),
      [code('features'), ...stages.map(([, set]) => features(set.get('features')))],
    ],
  );
};

const bodyOfRoot = (root: string) => readHcl(textOf(`envs/${root}/main.tf`));

/** Functions, what each reads from its environment, queues, and stages. */
export const functionsPart = (): string => `## Functions

${functionTable()}

Every function runs on Node 22 and arm64 and is invoked through its alias \`live\`. Concurrency \`account\`: only the limit of the account applies ([0012](../decisions/0012-no-reserved-concurrency.md)).

## Environment of the functions

${environmentTable()}

[configuration-management.md](configuration-management.md#environment-variables) says what each variable means.

## Queues

${queueTable()}

A queue keeps a record for ${daysOf(/resource "aws_sqs_queue" "this"[\s\S]*?message_retention_seconds\s+= (\d+) \*/)}, its dead-letter queue for ${daysOf(/resource "aws_sqs_queue" "dlq"[\s\S]*?message_retention_seconds\s+= (\d+) \*/)}. The queue \`notifications\` belongs to the topic of the same name, and so on; \`fires\` has no topic.

## Stages

${stageTable()}`;

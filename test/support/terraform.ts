import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Block, type Body, entriesOf, readHcl, stringsIn, unquoted } from './hcl.ts';

const TERRAFORM = join(import.meta.dirname, '..', '..', 'terraform');

export const MODULES = readdirSync(join(TERRAFORM, 'modules')).sort();
export const ROOTS = readdirSync(join(TERRAFORM, 'envs')).sort();

export interface Allowed {
  actions: string[];
  /** As written, without white space. */
  resources: string[];
  /** Condition keys. */
  onlyIf: string[];
}

export interface Queue {
  name: string;
  /** Folder of the function that reads it. */
  consumer: string;
  /** Expressions as written. */
  arn: string;
  concurrency?: string;
  batchSize: number;
  /** The timeout from which Terraform calculates the visibility timeout. Seconds. */
  timeoutS: number;
  maxReceive: number;
}

/** The key attributes of a table or an index. */
export interface KeySchema {
  partition: string;
  sort?: string;
}

export interface TerraformTable extends KeySchema {
  name: string;
  indexes: Map<string, KeySchema>;
}

/** The text of a file below `terraform/`. */
export const textOf = (path: string): string => readFileSync(join(TERRAFORM, path), 'utf8');

/** Names of the files in a folder below `terraform/`. */
export const filesOf = (folder: string): string[] => readdirSync(join(TERRAFORM, folder));

/** The text of all `.tf` files of a folder below `terraform/`. */
export const bodyOf = (folder: string): Body => {
  const bodies = filesOf(folder)
    .filter((file) => file.endsWith('.tf'))
    .map((file) => readHcl(textOf(`${folder}/${file}`)));
  return { attributes: new Map(), blocks: bodies.flatMap(({ blocks }) => blocks) };
};

/**
 * The only block of that type with these labels.
 * @throws Error if there is none
 */
export const blockOf = ({ blocks }: Body, type: string, ...labels: string[]): Block => {
  const found = blocks.find(
    (block) => block.type === type && labels.every((label, index) => block.labels[index] === label),
  );
  if (found === undefined) throw new Error(`there is no ${[type, ...labels].join(' ')}`);
  return found;
};

/**
 * An attribute as written.
 * @throws Error if it does not exist
 */
export const attributeOf = (block: Body, name: string): string => {
  const expression = block.attributes.get(name);
  if (expression === undefined) throw new Error(`there is no attribute ${name}`);
  return expression;
};

/** All blocks of a body, including nested ones. */
export const everyBlock = ({ blocks }: Body): Block[] =>
  blocks.flatMap((block) => [block, ...everyBlock(block)]);

const app = bodyOf('modules/app');

/** The blocks of `modules/app`. */
export const APP: Body = app;

/** A local value of `modules/app`, as written. */
export const localOf = (name: string): string => {
  const found = app.blocks.find(
    ({ type, attributes }) => type === 'locals' && attributes.has(name),
  );
  if (found === undefined) throw new Error(`there is no local.${name}`);
  return attributeOf(found, name);
};

/** Folders of the functions that Terraform deploys. */
export const functions = (): string[] =>
  app.blocks
    .filter((block) => block.type === 'module' && block.attributes.get('source') === '"../lambda"')
    .map((block) => unquoted(attributeOf(block, 'name')))
    .sort();

/** The call of module `lambda` for a function. */
export const functionBlock = (name: string): Block =>
  blockOf(app, 'module', name.replaceAll('-', '_'));

/** Timeout of a function: its own, otherwise the default of the module. Seconds. */
export const timeoutOf = (name: string): number => tuningOf(name, 'timeout_s');

/** Memory of a function: its own, otherwise the default of the module. MB. */
export const memoryOf = (name: string): number => tuningOf(name, 'memory_mb');

const tuningOf = (name: string, attribute: string): number => {
  const own = entriesOf(functionBlock(name).attributes.get('tuning') ?? '{}').get(attribute);
  const byDefault = new RegExp(`${attribute} = optional\\(number, (\\d+)\\)`);
  return Number(own ?? byDefault.exec(LAMBDA_VARIABLES)?.[1]);
};

const LAMBDA_VARIABLES = textOf('modules/lambda/variables.tf');

/** Environment variables that Terraform sets for a function, with the expression of each. */
export const environmentOf = (name: string): Map<string, string> => {
  const own = attributeOf(functionBlock(name), 'environment');
  const shared = [...own.matchAll(/local\.(\w+_environment)/g)].map(([, local = '']) => local);
  const common = entriesOf(localOf('common')).get('environment') ?? '{}';
  return new Map([
    ...entriesOf(common),
    ...shared.flatMap((local) => [
      ...(local === 'topics_environment' ? topicVariables() : entriesOf(localOf(local))),
    ]),
    ...entriesOf(own),
  ]);
};

/** One variable for each topic. Terraform creates them with an expression. */
const topicVariables = (): [string, string][] =>
  topics().map((topic) => [
    `${topic.toUpperCase().replaceAll('-', '_')}_TOPIC_ARN`,
    `local.topic_arns["${topic}"]`,
  ]);

/** Every table, with its keys and indexes. */
export const tables = (): TerraformTable[] =>
  [...entriesOf(localOf('tables'))].map(([name, expression]) => {
    const attributes = entriesOf(expression);
    return {
      name,
      ...keysIn(attributes),
      indexes: new Map(
        [...entriesOf(attributes.get('indexes') ?? '{}')].map(([index, keys]) => [
          index,
          keysIn(entriesOf(keys)),
        ]),
      ),
    };
  });

const keysIn = (attributes: ReadonlyMap<string, string>): KeySchema => {
  const sort = attributes.get('range_key');
  return {
    partition: unquoted(attributes.get('hash_key') ?? ''),
    ...(sort === undefined ? {} : { sort: unquoted(sort) }),
  };
};

/** The names of the tables in stage dev, by the environment variable of each. */
export const tableNames = (): Map<string, string> =>
  new Map(
    functions()
      .flatMap((name) => [...environmentOf(name)])
      .flatMap(([variable, expression]) => {
        const [, table] = /^module\.table\["([\w-]+)"\]\.name$/.exec(expression) ?? [];
        return table === undefined ? [] : [[variable, `rez-agent-${table}-dev`] as const];
      }),
  );

/** The permissions of a function besides writing its own logs, by statement id. */
export const allowedTo = (name: string): Map<string, Allowed> => {
  const statements = entriesOf(functionBlock(name).attributes.get('allow') ?? '{}');
  return new Map(
    [...statements].map(([why, expression]) => {
      const whole = expression.startsWith('{')
        ? expression
        : localOf(expression.slice('local.'.length));
      const attributes = entriesOf(whole);
      return [
        why,
        {
          actions: stringsIn(attributes.get('actions') ?? ''),
          resources: listed(attributes.get('resources') ?? ''),
          onlyIf: [...entriesOf(attributes.get('only_if') ?? '{}').keys()],
        },
      ];
    }),
  );
};

/** Feature flags whose parameters Terraform creates. */
export const flagsCreated = (): Set<string> =>
  new Set(
    entriesOf(
      attributeOf(blockOf(app, 'resource', 'aws_ssm_parameter', 'flag'), 'for_each'),
    ).keys(),
  );

/** Every queue with its consumer: the function with the queue in `consumes`. */
export const queues = (): Queue[] =>
  functions().flatMap((consumer) =>
    [...entriesOf(functionBlock(consumer).attributes.get('consumes') ?? '{}')].map(
      ([name, expression]) => {
        const read = entriesOf(expression);
        const block = blockOf(app, 'module', name === 'fires' ? 'fires' : 'queue');
        const concurrency = read.get('concurrency');
        return {
          name,
          consumer,
          arn: read.get('arn') ?? '',
          batchSize: Number(read.get('batch_size')),
          ...(concurrency === undefined ? {} : { concurrency }),
          timeoutS: timeoutOf(timedBy(block, name)),
          maxReceive: Number(block.attributes.get('max_receive') ?? 3),
        };
      },
    ),
  );

/** Topics that Terraform creates. */
export const topics = (): string[] => {
  const block = blockOf(app, 'resource', 'aws_sns_topic', 'this');
  if (attributeOf(block, 'for_each') !== 'local.topics') throw new Error('topics moved');
  return [...entriesOf(localOf('topics')).keys()];
};

/** The function from whose timeout the visibility timeout of a queue is calculated. */
const timedBy = (queue: Block, name: string): string => {
  const given = attributeOf(queue, 'consumer_timeout_s');
  const expression = given === 'each.value' ? entriesOf(localOf('topics')).get(name) : given;
  const [, label] = /^module\.(\w+)\.timeout_s$/.exec(expression ?? '') ?? [];
  if (label === undefined) throw new Error(`not the timeout of a function: ${expression}`);
  return label.replaceAll('_', '-');
};

const listed = (expression: string): string[] =>
  expression.startsWith('[')
    ? expression.slice(1, -1).replace(/\s/g, '').split(',').filter(Boolean)
    : [expression];

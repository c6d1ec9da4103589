import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Block, type Body, entriesOf, readHcl, stringsIn, unquoted } from './hcl.ts';

const TERRAFORM = join(import.meta.dirname, '..', '..', 'terraform');

export const MODULES = readdirSync(join(TERRAFORM, 'modules')).sort();
export const ROOTS = readdirSync(join(TERRAFORM, 'envs')).sort();

export interface Allowed {
  actions: string[];
  /** As written, without blanks. */
  resources: string[];
  /** Condition keys. */
  onlyIf: string[];
}

export interface Queue {
  name: string;
  /** Folder of the function that reads it. */
  consumer: string;
  /** Timeout that the queue's visibility is made for. Seconds. */
  timeoutS: number;
  maxReceive: number;
}

/** How a table or an index finds its items: attribute names. */
export interface KeySchema {
  partition: string;
  sort?: string;
}

export interface Table extends KeySchema {
  name: string;
  indexes: Map<string, KeySchema>;
}

/** The text of a file below `terraform/`. */
export const textOf = (path: string): string => readFileSync(join(TERRAFORM, path), 'utf8');

/** Names of the files in a folder below `terraform/`. */
export const filesOf = (folder: string): string[] => readdirSync(join(TERRAFORM, folder));

/** What stands in all `.tf` files of a folder below `terraform/`. */
export const bodyOf = (folder: string): Body => {
  const bodies = filesOf(folder)
    .filter((file) => file.endsWith('.tf'))
    .map((file) => readHcl(textOf(`${folder}/${file}`)));
  return { attributes: new Map(), blocks: bodies.flatMap(({ blocks }) => blocks) };
};

/** The one block of that type and labels. @throws Error when there is none. */
export const blockOf = ({ blocks }: Body, type: string, ...labels: string[]): Block => {
  const found = blocks.find(
    (block) => block.type === type && labels.every((label, index) => block.labels[index] === label),
  );
  if (found === undefined) throw new Error(`there is no ${[type, ...labels].join(' ')}`);
  return found;
};

/** An attribute as it is written. @throws Error when it is not there. */
export const attributeOf = (block: Body, name: string): string => {
  const expression = block.attributes.get(name);
  if (expression === undefined) throw new Error(`there is no attribute ${name}`);
  return expression;
};

/** Every block in a body, nested ones included. */
export const everyBlock = ({ blocks }: Body): Block[] =>
  blocks.flatMap((block) => [block, ...everyBlock(block)]);

const app = bodyOf('modules/app');

/** What stands in the module of the whole product. */
export const APP: Body = app;

/** A local value of the product, as it is written. */
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

/** Timeout of a function. Seconds. */
export const timeoutOf = (name: string): number =>
  Number(entriesOf(localOf('timeouts_s')).get(name));

/** Environment variables that Terraform gives a function. */
export const environmentOf = (name: string): Set<string> => {
  const own = attributeOf(functionBlock(name), 'environment');
  const shared = [...own.matchAll(/local\.(\w*environment)/g)].map(([, local = '']) => local);
  return new Set(
    [...shared.map(localOf), own].flatMap((expression) => [...entriesOf(expression).keys()]),
  );
};

/** Every table, with its keys and indexes. */
export const tables = (): Table[] =>
  app.blocks
    .filter(({ attributes }) => attributes.get('source') === '"../table"')
    .map(({ attributes }) => ({
      name: unquoted(attributes.get('name') ?? ''),
      ...keysIn(attributes),
      indexes: new Map(
        [...entriesOf(attributes.get('indexes') ?? '{}')].map(([name, keys]) => [
          name,
          keysIn(entriesOf(keys)),
        ]),
      ),
    }));

const keysIn = (attributes: ReadonlyMap<string, string>): KeySchema => {
  const sort = attributes.get('range_key');
  return {
    partition: unquoted(attributes.get('hash_key') ?? ''),
    ...(sort === undefined ? {} : { sort: unquoted(sort) }),
  };
};

/** Names of the tables of stage dev, by the environment variable that holds each. */
export const tableNames = (): Map<string, string> => {
  const expressions = functions().flatMap((name) => [
    ...entriesOf(attributeOf(functionBlock(name), 'environment')),
  ]);
  const labels = [...expressions, ...entriesOf(localOf('schedules_environment'))].flatMap(
    ([variable, expression]) => {
      const [, label] = /^module\.(\w+)\.name$/.exec(expression) ?? [];
      return label === undefined ? [] : [[variable, label] as const];
    },
  );
  return new Map(
    labels.map(([variable, label]) => [
      variable,
      `rez-agent-${unquoted(attributeOf(blockOf(app, 'module', label), 'name'))}-dev`,
    ]),
  );
};

/** What a function may do besides writing its own logs, by the reason. */
export const allowedTo = (name: string): Map<string, Allowed> => {
  const statements = entriesOf(attributeOf(functionBlock(name), 'allow'));
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

/** Every queue with a consumer, and the topic of its name where it has one. */
export const queues = (): Queue[] => {
  const ofTopics = [...entriesOf(localOf('consumers'))].map(([name, consumer]) => ({
    name,
    consumer: unquoted(consumer),
    block: blockOf(app, 'module', 'queue'),
  }));
  const fires = { name: 'fires', consumer: 'scheduler', block: blockOf(app, 'module', 'fires') };
  return [...ofTopics, fires].map(({ name, consumer, block }) => ({
    name,
    consumer,
    timeoutS: visibleFor(block, consumer),
    maxReceive: Number(block.attributes.get('max_receive') ?? 3),
  }));
};

/** Topics that Terraform creates. */
export const topics = (): string[] => {
  const block = blockOf(app, 'resource', 'aws_sns_topic', 'this');
  if (attributeOf(block, 'for_each') !== 'local.consumers') throw new Error('topics moved');
  return [...entriesOf(localOf('consumers')).keys()];
};

const visibleFor = (queue: Block, consumer: string): number => {
  const expression = attributeOf(queue, 'consumer_timeout_s');
  const named = /^local\.timeouts_s(?:\.([\w-]+)|\[each\.value\])$/.exec(expression);
  if (!named) throw new Error(`consumer_timeout_s is not a timeout of a function: ${expression}`);
  return timeoutOf(named[1] ?? consumer);
};

const listed = (expression: string): string[] =>
  expression.startsWith('[')
    ? expression.slice(1, -1).replace(/\s/g, '').split(',').filter(Boolean)
    : [expression];

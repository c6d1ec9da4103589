import * as z from 'zod/mini';
import { type Action, actionsFromHeader, storedActions } from './actions.ts';
import { readBody } from './body.ts';
import { dueAt } from './delay.ts';
import { refusal } from './failures.ts';
import { firstJson } from './json.ts';
import { type Call, isYes, parameter } from './request.ts';
import type { Draft, Version } from './store.ts';
import { checkTopic, isName } from './topics.ts';

const MAX_JSON_BYTES = 8_191;
const PRIORITIES: Readonly<Record<string, number>> = {
  ...{ 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, min: 1, low: 2, default: 3, high: 4, max: 5, urgent: 5 },
};

const text = z.nullish(z.string());
const FIELDS = {
  topic: text,
  message: text,
  title: text,
  priority: z.nullish(z.int()),
  tags: z.nullish(z.array(z.string())),
  click: text,
  actions: z.nullish(z.array(z.record(z.string(), z.unknown()))),
  markdown: z.nullish(z.boolean()),
  icon: text,
  attach: text,
  filename: text,
  delay: text,
};
const SCHEMAS = {
  '2.13': z.object(FIELDS),
  '2.27': z.object({ ...FIELDS, sequence_id: text }),
};

type Fields = z.output<(typeof SCHEMAS)['2.27']>;

/** A publication as far as it is known before anybody is asked who the caller is. */
export interface Publication {
  topic: string;
  fields: Fields;
  asJson: boolean;
}

/**
 * JSON posted to the root.
 * @throws Refusal 41303, 40024, 40009, 40010.
 */
export const readJson = (call: Call, version: Version): Publication => {
  if (call.body.length > MAX_JSON_BYTES) throw refusal(41303);
  const parsed = z.safeParse(SCHEMAS[version], firstJson(call.body.toString('utf8')));
  if (!parsed.success) throw refusal(40024);
  const topic = parsed.data.topic ?? '';
  if (!isName(topic)) throw refusal(40009);
  checkTopic(topic);
  return { topic, fields: parsed.data, asJson: true };
};

/** Anything sent to a topic's own path: the body is the message, whatever it looks like. */
export const readRaw = (call: Call, topic: string, sequence?: string): Publication => {
  checkTopic(topic);
  const body = call.body.toString('utf8');
  const fields: Fields = { message: body, ...(sequence ? { sequence_id: sequence } : {}) };
  return { topic, fields, asJson: false };
};

export interface PublishOptions {
  version: Version;
  attachments: boolean;
  nowS: number;
}

/**
 * What is stored of a publication: parameters of headers and query under the fields of the JSON.
 * @throws Refusal as the table of `wire.md` says.
 */
export const readDraft = (
  { topic, fields, asJson }: Publication,
  call: Call,
  { version, attachments, nowS }: PublishOptions,
): { draft: Draft; due: number | undefined; keep: boolean } => {
  const title = fields.title || parameter(call, 'title', 't');
  const priority = readPriority(fields.priority ?? parameter(call, 'priority', 'prio', 'p'));
  const tags = fields.tags ?? parameter(call, 'tags', 'tag', 'ta')?.split(',').map(trim);
  const click = fields.click || parameter(call, 'click');
  const icon = fields.icon || parameter(call, 'icon');
  if (icon && !/^https?:\/\//i.test(icon)) throw refusal(40021);
  const actions = readActions(fields.actions, parameter(call, 'actions', 'action'), version);
  const markdown = fields.markdown || isYes(parameter(call, 'markdown', 'md'));
  const keep = parameter(call, 'cache')?.toLowerCase() !== 'no';
  const delay = fields.delay || parameter(call, 'delay', 'at', 'in');
  if (delay && !keep) throw refusal(40002);
  const due = delay ? dueAt(delay, nowS) : undefined;
  const sequence = version === '2.13' ? '' : fields.sequence_id || sequenceOf(call);
  if (sequence && !isName(sequence)) throw refusal(40049);
  const attach = fields.attach || parameter(call, 'attach', 'a');
  const body = readBody(fields.message ?? '', call, {
    version,
    attachments,
    asJson,
    attach,
    filename: fields.filename || parameter(call, 'filename', 'file', 'f'),
    nowS,
  });

  return {
    draft: {
      ...(sequence ? { sequence_id: sequence } : {}),
      topic,
      ...(title ? { title } : {}),
      message: body.message,
      ...(priority ? { priority } : {}),
      ...(tags && tags.length > 0 ? { tags } : {}),
      ...(click ? { click } : {}),
      ...(icon ? { icon } : {}),
      ...(actions.length > 0 ? { actions } : {}),
      ...(body.attachment ? { attachment: body.attachment } : {}),
      ...(markdown ? { content_type: 'text/markdown' as const } : {}),
    },
    due,
    keep,
  };
};

const trim = (value: string) => value.trim();

const sequenceOf = (call: Call) => parameter(call, 'sequence-id', 'sid');

const readPriority = (value: number | string | undefined): number | undefined => {
  if (value === undefined || value === 0) return undefined;
  const priority = PRIORITIES[String(value).toLowerCase()];
  if (priority === undefined) throw refusal(40007);
  return priority;
};

const readActions = (
  json: Fields['actions'],
  header: string | undefined,
  version: Version,
): Action[] => storedActions(json ?? (header ? actionsFromHeader(header) : []), version);

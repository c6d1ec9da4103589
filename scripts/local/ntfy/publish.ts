import * as z from 'zod/mini';
import { ActionFields, readActions } from './actions.ts';
import { readBody } from './body.ts';
import { dueAt } from './delay.ts';
import { refusalError } from './failures.ts';
import { firstJson, foldedProperties } from './json.ts';
import { isYes, type NtfyRequest, parameter, trimmed } from './request.ts';
import type { NewEntry, Version } from './store.ts';
import { isName, requireAllowedTopic } from './topics.ts';

const MAX_JSON_BYTES = 8_191;
const PRIORITIES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, min: 1, low: 2, default: 3, high: 4, max: 5, urgent: 5 },
  }),
);
/** The server's check is case-sensitive. */
const WEB_ADDRESS = /^https?:\/\//;

const text = z.optional(z.string());
const FIELDS = {
  topic: text,
  message: text,
  title: text,
  priority: z.optional(z.int()),
  tags: z.optional(z.array(z.nullable(z.string()))),
  click: text,
  actions: z.optional(z.array(z.nullable(ActionFields))),
  markdown: z.optional(z.boolean()),
  icon: text,
  attach: text,
  filename: text,
  delay: text,
  cache: text,
  firebase: text,
  email: text,
  call: text,
};
const SCHEMAS = {
  '2.13': z.object(FIELDS),
  '2.27': z.object({ ...FIELDS, sequence_id: text }),
};

/** A publish request. */
export interface PublishRequest {
  topic: string;
  /** The request with its parameters in headers. The server turns the fields of a JSON publish into headers, too. */
  request: NtfyRequest;
  /** The message. */
  body: Buffer;
  isJson: boolean;
  /** The sequence id of the path. */
  sequence?: string | undefined;
}

/**
 * Reads JSON that was posted to the root.
 * @throws Refusal 41303, 40024, 40009, 40010
 */
export const readJson = (request: NtfyRequest, version: Version): PublishRequest => {
  if (request.body.length > MAX_JSON_BYTES) throw refusalError(41303);
  const schema = SCHEMAS[version];
  const json = firstJson(request.body.toString('utf8'));
  const parsed = z.safeParse(schema, foldedProperties(json, Object.keys(schema.shape)));
  if (!parsed.success) throw refusalError(40024);
  const { topic = '', message, ...fields } = parsed.data;
  if (!isName(topic)) throw refusalError(40009);
  requireAllowedTopic(topic);
  const headers = { ...request.headers, ...headersOf(fields) };
  return {
    topic,
    request: { ...request, headers },
    body: Buffer.from(message || 'triggered'),
    isJson: true,
  };
};

/** Reads what was sent to a topic's own path. The body is the message, whatever it contains. */
export const readRaw = (request: NtfyRequest, topic: string, sequence?: string): PublishRequest => {
  requireAllowedTopic(topic);
  return { topic, request, body: request.body, isJson: false, sequence };
};

/** Empty fields set no header, so they do not hide a header of the request. */
const headersOf = (
  fields: Omit<z.output<(typeof SCHEMAS)['2.27']>, 'topic' | 'message'>,
): Record<string, string> => {
  const { tags = [], actions = [], sequence_id, ...rest } = fields;
  const values = {
    ...rest,
    'sequence-id': sequence_id,
    tags: tags.map((tag) => tag ?? '').join(','),
    actions: actions.length > 0 ? JSON.stringify(actions.map((action) => action ?? {})) : '',
  };
  const isSet = ([, value]: [string, string | number | boolean | undefined]) => Boolean(value);
  return Object.fromEntries(
    Object.entries(values)
      .filter(isSet)
      .map(([name, value]) => [`x-${name}`, value === true ? 'yes' : String(value)]),
  );
};

export interface PublishOptions {
  version: Version;
  /** Whether the server keeps files. */
  attachments: boolean;
  nowS: number;
}

/**
 * Reads the parameters in the order of the server, so that of several faults the same one is reported.
 * @returns what is stored, when it is due, and whether it is kept
 * @throws Refusal 40049, 40013, 40021, 40001, 40032, 40007, 40002, 40004 to 40006, 40018; as `readBody`
 */
export const readDraft = (
  { topic, request, body, isJson, sequence: pathSequence }: PublishRequest,
  { version, attachments, nowS }: PublishOptions,
): { draft: NewEntry; due: number | undefined; keep: boolean } => {
  const read = (...names: string[]) => parameter(request, ...names);
  const sequence =
    version === '2.13' ? undefined : (pathSequence ?? read('x-sequence-id', 'sequence-id', 'sid'));
  if (sequence !== undefined && !isName(sequence)) throw refusalError(40049);
  const keep = isYes(read('x-cache', 'cache') ?? 'yes');
  const title = read('x-title', 'title', 't');
  const click = read('x-click', 'click');
  const icon = read('x-icon', 'icon');
  const filename = read('x-filename', 'filename', 'file', 'f');
  const attach = read('x-attach', 'attach', 'a');
  if (attach !== undefined && !WEB_ADDRESS.test(attach)) throw refusalError(40013);
  if (icon !== undefined && !WEB_ADDRESS.test(icon)) throw refusalError(40021);
  if (read('x-email', 'x-e-mail', 'email', 'e-mail', 'mail', 'e')) throw refusalError(40001);
  if (read('x-call', 'call')) throw refusalError(40032);
  const headerMessage = read('x-message', 'message', 'm')?.replaceAll('\\n', '\n');
  const priority = readPriority(read('x-priority', 'priority', 'prio', 'p'));
  const tags = readTags(read('x-tags', 'tags', 'tag', 'ta'));
  const delay = read('x-delay', 'delay', 'x-at', 'at', 'x-in', 'in');
  if (delay !== undefined && !keep) throw refusalError(40002);
  const due = delay === undefined ? undefined : dueAt(delay, nowS);
  const actions = readActions(read('x-actions', 'actions', 'action') ?? '[]', version);
  const isMarkdown =
    isYes(read('x-markdown', 'markdown', 'md')) ||
    read('content-type', 'content_type')?.toLowerCase() === 'text/markdown';
  const options = { version, attachments, isJson, headerMessage, attach, filename, nowS };
  const { message, attachment } = readBody(body, options);

  const kept =
    version === '2.27' ? (value = '') => value.replaceAll('\0', '') : (value = '') => value;
  const texts = {
    title: kept(title),
    message: kept(message),
    click: kept(click),
    icon: kept(icon),
  };
  return {
    draft: {
      ...(sequence === undefined ? {} : { sequence_id: sequence }),
      topic,
      ...(texts.title ? { title: texts.title } : {}),
      ...(texts.message ? { message: texts.message } : {}),
      ...(priority ? { priority } : {}),
      ...(tags.length > 0 ? { tags: tags.map(kept) } : {}),
      ...(texts.click ? { click: texts.click } : {}),
      ...(texts.icon ? { icon: texts.icon } : {}),
      ...(actions.length > 0 ? { actions } : {}),
      ...(attachment ? { attachment } : {}),
      ...(isMarkdown ? { content_type: 'text/markdown' as const } : {}),
    },
    due,
    keep,
  };
};

/** Empty tags are dropped before they are trimmed, so a tag of white space between others becomes an empty one. */
const readTags = (header = ''): string[] =>
  header
    .split(',')
    .filter((tag) => tag !== '')
    .map(trimmed);

const readPriority = (value: string | undefined): number | undefined => {
  if (value === undefined) return undefined;
  const priority = PRIORITIES.get(value.toLowerCase());
  if (priority === undefined) throw refusalError(40007);
  return priority;
};

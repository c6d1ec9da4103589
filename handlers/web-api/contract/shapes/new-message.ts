import * as z from 'zod/mini';
import type { BodyText, PropertyTexts, Shape } from '#handlers/web-api/contract/model.ts';
import { DraftSchema, OPERATIONS } from '#lib/messages/draft.ts';
import { MAX_ARGUMENTS_BYTES, MAX_PAYLOAD_BYTES, type MessageType } from '#lib/messages/message.ts';
import { NEW_PAYLOADS } from '#lib/messages/payloads.ts';
import { VisibleText } from '#lib/platform/text.ts';
import { ChangeArguments } from '#lib/schedules/requests/change.ts';
import { SCHEDULE_EXAMPLE, SCHEDULE_TEXTS } from './schedule.ts';

const KB = 1024;

/** What a caller may say about a message of any type; credentials belong to no type yet, so they are refused. */
const { message_type: _type, payload: _payload, auth_config: _auth, ...COMMON } = DraftSchema.shape;

const COMMON_TEXTS: PropertyTexts = {
  arguments: `Further parameters. At most ${MAX_ARGUMENTS_BYTES / KB} KB as JSON.`,
  stage: 'The deployment that is meant; any but the one that answers is refused.',
  version: {
    description: 'Version of the schema: 1.0, or a later 1.x.',
    pattern: '^1\\.\\d{1,3}$',
  },
  valid_until:
    'After this the work is not started any more. In the future, at most 30 days ahead. Without it: 72 hours for `notify`, 24 hours for everything else.',
  correlation_id: 'Ties this message to others. It goes before the header `X-Correlation-ID`.',
};

const PUSH_TEXTS: PropertyTexts = {
  'payload.message': 'The text of the push. Something that can be seen must be in it.',
  'payload.title': 'Its title.',
  'payload.priority': 'How loud: 1 (min) to 5 (max), as a number or a word.',
  'payload.tags':
    'Words, or names of emoji, that are shown beside the title. No tag contains a comma.',
};

const CHANGE_TEXTS: PropertyTexts = {
  ...Object.fromEntries(
    Object.entries(SCHEDULE_TEXTS)
      .filter(([path]) => path !== 'target' && !path.startsWith('target.'))
      .map(([path, text]) => [`arguments.${path}`, text]),
  ),
  'arguments.action':
    '`create` and `update` describe a whole schedule; `delete`, `pause`, `resume` and `execute` (send its message now) only say which.',
  'arguments.schedule_id':
    'Which schedule is meant. Without it `name` says so; with it, `name` is the new name of an update, and stands beside no other action.',
  'arguments.name': 'Its name, unique among the schedules of the stage that are not deleted.',
  'arguments.run_now': 'Whether the message is sent at once, too. With `create` and `update` only.',
  'arguments.reason': 'Why, for who reads it later. Not with `create` and `update`.',
  'arguments.until': {
    description: 'When it goes on by itself. With `pause` only.',
    format: 'date-time',
  },
};

const SIZE = `At most ${MAX_PAYLOAD_BYTES / KB} KB as JSON.`;
const BARE = 'A bare text is taken as `{ "message": … }`.';

interface TypeText {
  name: string;
  description: string;
  payload: string;
  properties: PropertyTexts;
  example: { message_type: MessageType; payload: unknown; arguments?: unknown };
}

const TYPES: Record<MessageType, TypeText> = {
  hello_world: {
    name: 'NewHelloWorld',
    description: 'Greets: one push.',
    payload: `What to say. ${BARE} ${SIZE}`,
    properties: { 'payload.message': 'What to say instead of "Hello world".' },
    example: { message_type: 'hello_world', payload: {} },
  },
  manual: {
    name: 'NewManual',
    description: 'A push that somebody asks for.',
    payload: `What to push. ${BARE} ${SIZE}`,
    properties: PUSH_TEXTS,
    example: {
      message_type: 'manual',
      payload: {
        message: 'Water the plants',
        title: 'Garden',
        priority: 'high',
        tags: ['seedling'],
      },
    },
  },
  scheduled: {
    name: 'NewScheduled',
    description: 'Runs a job, or without `arguments.operation` is delivered like `manual`.',
    payload: `With \`arguments.operation\` an object, what the job takes: each job has its own schema. Without it the payload of \`manual\`, a bare text included. ${SIZE}`,
    properties: {
      'arguments.operation': { description: 'The name of the job.', enum: [...OPERATIONS] },
    },
    example: { message_type: 'scheduled', payload: {}, arguments: { operation: 'hello_world' } },
  },
  notify: {
    name: 'NewNotify',
    description: 'A push, straight to the phone.',
    payload: `What to push. ${BARE} ${SIZE}`,
    properties: {
      ...PUSH_TEXTS,
      'payload.click': {
        description: 'Where a tap on the push leads. https only.',
        pattern: '^https://',
      },
      'payload.markdown': 'Whether the text is Markdown.',
    },
    example: {
      message_type: 'notify',
      payload: { message: 'The weekly report is there', click: 'https://example.com/report' },
    },
  },
  schedule_creation: {
    name: 'NewScheduleCreation',
    description: 'Creates a schedule, or changes one: what came of it is one push.',
    payload: `The message that the schedule sends: its \`target\`. With \`create\` and \`update\` only; else empty. ${SIZE}`,
    properties: {
      'payload.message_type': SCHEDULE_TEXTS['target.message_type'] ?? '',
      'payload.payload': 'Its payload; the shape depends on the type.',
      'payload.arguments': 'Its arguments.',
      ...CHANGE_TEXTS,
    },
    example: {
      message_type: 'schedule_creation',
      payload: SCHEDULE_EXAMPLE.target,
      arguments: {
        action: 'create',
        name: SCHEDULE_EXAMPLE.name,
        schedule_expression: SCHEDULE_EXAMPLE.schedule_expression,
        timezone: SCHEDULE_EXAMPLE.timezone,
        target_type: SCHEDULE_EXAMPLE.target_type,
      },
    },
  },
};

const JOB = z.optional(z.looseObject({ operation: z.optional(z.string()) }));

/** What `arguments` must hold of each type that has a say there. */
const ARGUMENTS: Partial<Record<MessageType, z.ZodMiniType>> = {
  scheduled: JOB,
  schedule_creation: ChangeArguments,
};
/** Types whose payload cannot be a bare text. */
const STRUCTURED: readonly MessageType[] = ['schedule_creation'];

/** A post of one type: `payload` as `checkPayload` takes it. */
const newMessageOf = (type: MessageType): Shape => {
  const { name, description, payload, properties, example } = TYPES[type];
  const strict = NEW_PAYLOADS[type];
  const args = ARGUMENTS[type];
  return {
    name,
    description,
    schema: z.strictObject({
      message_type: z.literal(type),
      // A bare text is a payload's `message`, and held to the same.
      payload: STRUCTURED.includes(type) ? strict : z.union([strict, VisibleText]),
      ...COMMON,
      ...(args === undefined ? {} : { arguments: args }),
    }),
    properties: {
      message_type: 'The kind of work.',
      payload,
      ...COMMON_TEXTS,
      ...properties,
    },
    example,
  };
};

const NEW_MESSAGES = (Object.keys(TYPES) as MessageType[]).map(newMessageOf);

/** The body that creates a message: one shape per type. */
export const NEW_MESSAGE: BodyText = {
  shape: {
    name: 'NewMessage',
    description: 'A message to be created. `message_type` says which shape the payload has.',
    properties: {},
    parts: NEW_MESSAGES,
    more: {
      discriminator: {
        propertyName: 'message_type',
        mapping: Object.fromEntries(
          Object.entries(TYPES).map(([type, { name }]) => [type, `#/components/schemas/${name}`]),
        ),
      },
    },
  },
  schema: z.union(NEW_MESSAGES.map(({ schema }) => schema)),
  examples: Object.fromEntries(
    Object.entries(TYPES).map(([type, { description, example }]) => [
      type,
      { summary: description, value: example },
    ]),
  ),
};

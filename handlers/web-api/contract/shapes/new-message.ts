import * as z from 'zod/mini';
import type { BodyText, PropertyTexts, Shape } from '#handlers/web-api/contract/model.ts';
import { DraftSchema } from '#lib/messages/draft.ts';
import { MAX_ARGUMENTS_BYTES, MAX_PAYLOAD_BYTES } from '#lib/messages/message.ts';
import { NEW_PAYLOADS } from '#lib/messages/payloads.ts';
import type { MessageType } from '#lib/messages/routes.ts';
import { VisibleText } from '#lib/platform/text.ts';
import { ChangeArguments } from '#lib/schedules/requests/parse-change.ts';
import { SCHEDULE_EXAMPLE, SCHEDULE_TEXTS } from './schedule.ts';

const KB = 1024;

/** The properties of a message of any type, without `auth_config`, which no type accepts yet. */
const { message_type: _type, payload: _payload, auth_config: _auth, ...COMMON } = DraftSchema.shape;

const COMMON_TEXTS: PropertyTexts = {
  arguments: `Further parameters. At most ${MAX_ARGUMENTS_BYTES / KB} KB as JSON.`,
  stage: 'The deployment that the message is for; every other one than this is refused.',
  version: {
    description: 'Version of the schema: 1.0, or a later 1.x.',
    pattern: '^1\\.\\d{1,3}$',
  },
  valid_until:
    'After this instant the work is not started. At most 30 days ahead. Default: 72 hours for `notify`, 24 hours for other types.',
  correlation_id: 'Identifies the run of the message. It replaces the header `X-Correlation-ID`.',
};

const PUSH_TEXTS: PropertyTexts = {
  'payload.message': 'The text of the push. It must contain a visible character.',
  'payload.title': 'Its title.',
  'payload.priority': 'The priority, 1 (min) to 5 (max), as a number or a word.',
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
    '`create` and `update` describe a whole schedule; `delete`, `pause`, `resume` and `execute` (send its message now) only name one.',
  'arguments.schedule_id':
    'The schedule. Without it, `name` names the schedule; with it, `name` is the new name of an update and not allowed with other actions.',
  'arguments.name': 'Its name, unique among the schedules of the stage that are not deleted.',
  'arguments.run_now': 'Whether the message is also sent at once. Only with `create` and `update`.',
  'arguments.reason': 'The reason. Not with `create` and `update`.',
  'arguments.until': {
    description: 'When the pause ends. Only with `pause`.',
    format: 'date-time',
  },
};

const SIZE = `At most ${MAX_PAYLOAD_BYTES / KB} KB as JSON.`;
const BARE = 'A plain text is read as `{ "message": … }`.';

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
    description: 'A greeting as one push.',
    payload: `The greeting. ${BARE} ${SIZE}`,
    properties: { 'payload.message': 'The text instead of "Hello world".' },
    example: { message_type: 'hello_world', payload: {} },
  },
  manual: {
    name: 'NewManual',
    description: 'A push.',
    payload: `The push. ${BARE} ${SIZE}`,
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
      'arguments.operation':
        'The name of the job. The error for an unknown name lists the jobs of the deployment.',
    },
    example: { message_type: 'scheduled', payload: {}, arguments: { operation: 'hello_world' } },
  },
  notify: {
    name: 'NewNotify',
    description: 'A push. Messages of the other types create one of this type.',
    payload: `The push. ${BARE} ${SIZE}`,
    properties: {
      ...PUSH_TEXTS,
      'payload.click': {
        description:
          'The page that a tap on the push opens: an https link. On a developer’s machine also an address of the platform itself.',
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
    description: 'Creates or changes a schedule. One push reports the result.',
    payload: `The message that the schedule sends, which is its \`target\`. Empty with actions other than \`create\` and \`update\`. ${SIZE}`,
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

/** The schema of `arguments` of the types that define it. */
const ARGUMENTS: Partial<Record<MessageType, z.ZodMiniType>> = {
  scheduled: JOB,
  schedule_creation: ChangeArguments,
};
/** Types whose payload cannot be a plain text. */
const STRUCTURED: readonly MessageType[] = ['schedule_creation'];

/** The body for one type, with the payload as `checkPayload` accepts it. */
const newMessageOf = (type: MessageType): Shape => {
  const { name, description, payload, properties, example } = TYPES[type];
  const strict = NEW_PAYLOADS[type];
  const args = ARGUMENTS[type];
  return {
    name,
    description,
    schema: z.strictObject({
      message_type: z.literal(type),
      // A plain text is the `message` of the payload, with the same limits.
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
    description: 'A new message. The shape of the payload depends on `message_type`.',
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

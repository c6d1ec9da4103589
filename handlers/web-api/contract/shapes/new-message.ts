import * as z from 'zod/mini';
import type { BodyText, PropertyTexts, Shape } from '#handlers/web-api/contract/model.ts';
import { ActionArguments } from '#lib/actions/parse-action.ts';
import { DraftSchema } from '#lib/messages/draft.ts';
import { MAX_ARGUMENTS_BYTES, MAX_PAYLOAD_BYTES } from '#lib/messages/message.ts';
import { NEW_PAYLOADS } from '#lib/messages/payloads.ts';
import type { MessageType } from '#lib/messages/routes.ts';
import { VisibleText } from '#lib/platform/text.ts';
import { ChangeArguments } from '#lib/schedules/requests/parse-change.ts';
import { SCHEDULE_EXAMPLE, SCHEDULE_TEXTS } from './schedule.ts';

const KB = 1024;

/** The properties of a message of any type. Only a web action has `auth_config`. */
const { message_type: _type, payload: _payload, auth_config, ...COMMON } = DraftSchema.shape;

const COMMON_TEXTS: PropertyTexts = {
  arguments: `Additional input. At most ${MAX_ARGUMENTS_BYTES / KB} KB as JSON.`,
  stage: 'The stage. Only the stage of this deployment is accepted.',
  version: {
    description: 'The version of the schema: 1.0 or a later 1.x.',
    pattern: '^1\\.\\d{1,3}$',
  },
  valid_until:
    'The work does not start after this time. At most 30 days ahead. Default: 72 hours for `notify`, 24 hours for other types.',
  correlation_id: 'Identifies the run of the message. It replaces the header `X-Correlation-ID`.',
};

const PUSH_TEXTS: PropertyTexts = {
  'payload.message': 'The text of the push. It must contain a visible character.',
  'payload.title': 'The title of the push.',
  'payload.priority': 'The priority, 1 (min) to 5 (max), as a number or a word.',
  'payload.tags':
    'Words, or names of emojis, that are shown with the title. A tag cannot contain a comma.',
};

const CHANGE_TEXTS: PropertyTexts = {
  ...Object.fromEntries(
    Object.entries(SCHEDULE_TEXTS)
      .filter(([path]) => path !== 'target' && !path.startsWith('target.'))
      .map(([path, text]) => [`arguments.${path}`, text]),
  ),
  'arguments.action':
    'The action. `create` and `update` need all properties of the schedule. `delete`, `pause`, `resume` and `execute` (create its message now) only need its id or name.',
  'arguments.schedule_id':
    'The id of the schedule. Without it, `name` identifies the schedule. With it, `name` is the new name; it is only allowed with `update`.',
  'arguments.name':
    'The name of the schedule. No two schedules have the same name, except deleted ones.',
  'arguments.run_now':
    'Whether to create the message immediately too. Only with `create` and `update`.',
  'arguments.reason': 'The reason for the change. Not with `create` and `update`.',
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
    description: 'Sends a greeting as a push.',
    payload: `The greeting. ${BARE} ${SIZE}`,
    properties: { 'payload.message': 'The text instead of "Hello world".' },
    example: { message_type: 'hello_world', payload: {} },
  },
  manual: {
    name: 'NewManual',
    description: 'Sends a push.',
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
    description:
      'Runs the job in `arguments.operation`. Without it, the message is processed like a `manual` one.',
    payload: `With \`arguments.operation\`, the input of the job, which is an object; each job has its own schema. Without it, the same payload as for \`manual\`. ${SIZE}`,
    properties: {
      'arguments.operation':
        'The name of the job. The error for an unknown name lists the jobs of the deployment.',
    },
    example: { message_type: 'scheduled', payload: {}, arguments: { operation: 'hello_world' } },
  },
  web_action: {
    name: 'NewWebAction',
    description: 'Calls an outside service. `GET /api/actions` lists the operations.',
    payload: `The action with its input. Other properties are the input of the operation. ${SIZE}`,
    properties: {
      'payload.version': 'The version of the payload: 1.0 or a later 1.x.',
      'payload.action': 'The provider, such as `weather`.',
      auth_config:
        'How the action authenticates itself, such as `{ "type": "none" }`. It cannot be changed.',
      'payload.url': 'The address that the operation calls anyway. Any other address is refused.',
      'arguments.operation': 'The operation. Default: the first one of the action.',
      'arguments.dry_run': 'Whether to carry out only what reads, and to report the rest.',
      'arguments.notify': '`false`: the result is stored, and there is no push.',
    },
    example: {
      message_type: 'web_action',
      payload: { version: '1.0', action: 'weather', days: 2 },
      arguments: { operation: 'get_forecast' },
    },
  },
  notify: {
    name: 'NewNotify',
    description: 'Sends a push. Messages of other types create messages of this type.',
    payload: `The push. ${BARE} ${SIZE}`,
    properties: {
      ...PUSH_TEXTS,
      'payload.click': {
        description:
          'The https link that opens when a person taps the push. A local platform also accepts its own address.',
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
    description: 'Creates or changes a schedule. A push reports the result.',
    payload: `The \`target\` of the schedule: the message that each fire creates. Empty with actions other than \`create\` and \`update\`. ${SIZE}`,
    properties: {
      'payload.message_type': SCHEDULE_TEXTS['target.message_type'] ?? '',
      'payload.payload': 'The payload of that message. Its shape depends on `message_type`.',
      'payload.arguments': 'The arguments of that message.',
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
  web_action: z.optional(ActionArguments),
  schedule_creation: ChangeArguments,
};
/** Types whose payload cannot be a plain text. */
const STRUCTURED: readonly MessageType[] = ['schedule_creation', 'web_action'];

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
      ...(type === 'web_action' ? { auth_config } : {}),
    }),
    properties: {
      message_type: 'The type of the message.',
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

import * as z from 'zod/mini';
import { env } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { problemsOf } from '#lib/platform/problems.ts';
import { VisibleText } from '#lib/platform/text.ts';
import type { MessageType } from './routes.ts';

const PRIORITY_WORDS = {
  min: 1,
  low: 2,
  default: 3,
  high: 4,
  max: 5,
  urgent: 5,
} as const;

const title = z.string().check(z.maxLength(250));
/** ntfy splits tags at commas. */
const tag = VisibleText.check(
  z.maxLength(50),
  z.regex(/^[^,]*$/, 'must not contain a comma: each tag is an element of its own'),
);
const tags = z
  .array(tag, 'must be a list of texts, such as ["warning", "skull"]')
  .check(z.maxLength(10, 'must have at most 10 tags'));
const priority = z.union(
  [
    z.literal([1, 2, 3, 4, 5]),
    z.enum(Object.keys(PRIORITY_WORDS) as (keyof typeof PRIORITY_WORDS)[]),
  ],
  'must be 1 to 5 or min, low, default, high, max, urgent',
);
const PUBLIC_ORIGIN = new URL(env('PUBLIC_URL')).origin;
/** On a developer's machine, the platform itself has no https. */
const isLink = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'https:' || url.origin === PUBLIC_ORIGIN);
};
const link = z
  .url({ protocol: /^https?$/, error: 'must be an https link', abort: true })
  .check(
    z.maxLength(2_000, 'must have at most 2000 characters'),
    z.refine(isLink, 'must be an https link'),
  );

const data = z.record(z.string(), z.unknown());

const push = {
  message: VisibleText,
  title: z.optional(title),
  priority: z.optional(priority),
  tags: z.optional(tags),
};

/** The payload of each type. */
const PAYLOADS = {
  hello_world: z.object({ message: z.optional(VisibleText) }),
  manual: z.object(push),
  /** The job validates it. */
  scheduled: z.looseObject({}),
  notify: z.object({ ...push, click: z.optional(link), markdown: z.optional(z.boolean()) }),
  /** The other properties are the input of the action. Its schema checks them: see `lib/actions/parse-action.ts`. */
  web_action: z.looseObject({
    version: z.optional(z.string().check(z.regex(/^1\.\d{1,3}$/, 'must be 1.0 or a later 1.x'))),
    action: z.string().check(z.minLength(1), z.maxLength(64)),
    url: z.optional(z.url({ protocol: /^https?$/ }).check(z.maxLength(2_000))),
  }),
  /** The message that the schedule sends. Empty for actions that do not describe a schedule. */
  schedule_creation: z.object({
    message_type: z.optional(z.string()),
    payload: z.optional(z.union([z.string(), data], 'must be an object or a text')),
    arguments: z.optional(data),
  }),
} satisfies Record<MessageType, z.ZodMiniObject>;

/** The payload that a caller may send, for each type: without unknown properties, except where the type allows them. */
export const NEW_PAYLOADS = Object.fromEntries(
  Object.entries(PAYLOADS).map(([type, schema]: [string, z.ZodMiniObject]) => [
    type,
    schema.def.catchall === undefined ? z.strictObject(schema.shape) : schema,
  ]),
) as Record<MessageType, z.ZodMiniObject>;

export type Payload<Type extends MessageType> = z.output<(typeof PAYLOADS)[Type]>;

/** Whether a plain text may replace the payload `{ message }`. */
const takesText = (type: MessageType): boolean => 'message' in PAYLOADS[type].shape;

/**
 * Checks a caller's payload strictly: an unknown property is refused. A plain text becomes `{ message }`.
 * @throws AppError `invalid` / `INVALID_PAYLOAD` with every problem and its path.
 */
export const checkPayload = (type: MessageType, payload: unknown): Record<string, unknown> => {
  const whole = typeof payload === 'string' && takesText(type) ? { message: payload } : payload;
  return parse(NEW_PAYLOADS[type], type, whole);
};

/**
 * Reads a stored payload. Properties that a newer version added are left out.
 * @throws AppError `invalid` / `INVALID_PAYLOAD`.
 */
export const readPayload = <Type extends MessageType>(
  type: Type,
  payload: unknown,
): Payload<Type> => parse(PAYLOADS[type], type, payload) as Payload<Type>;

/** The priority as a number, 1 (lowest) to 5 (highest). */
export const priorityNumber = (value: z.output<typeof priority>): 1 | 2 | 3 | 4 | 5 =>
  typeof value === 'number' ? value : PRIORITY_WORDS[value];

const parse = (schema: z.ZodMiniType, type: string, payload: unknown): Record<string, unknown> => {
  const parsed = z.safeParse(schema, payload);
  if (parsed.success) return parsed.data as Record<string, unknown>;
  const details = problemsOf(parsed.error, 'payload');
  const problems = details.map(({ path, problem }) => `${path} ${problem}`).join('; ');
  throw new AppError(
    'invalid',
    'INVALID_PAYLOAD',
    `the payload is not valid for message_type ${type}: ${problems}`,
    { details },
  );
};

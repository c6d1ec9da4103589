import type { Message } from '#lib/messages/message.ts';
import { MessageEntity } from './message-entity.ts';

interface Attribute {
  name: string;
  /** As `typeof` says it; `undefined` where anything may stand. */
  type: string | undefined;
  isOptional: boolean;
  /** All that it may be, where that is a short list. */
  values: readonly unknown[] | undefined;
}

/** What the entity says of every attribute. */
const ATTRIBUTES: readonly Attribute[] = Object.entries(MessageEntity.schema.attributes).map(
  ([name, { type, props }]) => ({
    name,
    type: type === 'any' ? undefined : type,
    isOptional: 'required' in props && props.required === 'never',
    values: 'enum' in props ? props.enum : undefined,
  }),
);

/**
 * A row as a message: what the entity knows, checked as the entity says. dynamodb-toolbox would do the same at ten times
 * the cost, which was a tenth of everything that a worker does for a message.
 * @throws Error for a row that is none; it names the attribute, never what stands there
 */
export const messageOf = (row: Readonly<Record<string, unknown>>): Message => {
  const message: Record<string, unknown> = {};
  for (const { name, type, isOptional, values } of ATTRIBUTES) {
    const value = row[name];
    if (value === undefined) {
      if (isOptional) continue;
      throw new Error(`the row has no ${name}`);
    }
    const isFit =
      (type === undefined || typeof value === type) &&
      (values === undefined || values.includes(value));
    if (!isFit) throw new Error(`the row's ${name} is not what it may be`);
    message[name] = value;
  }
  return message as Message;
};

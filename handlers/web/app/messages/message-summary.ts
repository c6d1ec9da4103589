import type { ApiMessage } from '#handlers/web/app/api/responses.ts';

const MAX_CHARS = 120;

/** One line that says what a message is about: `title: text`, or what there is of both. */
export const messageSummary = ({
  message_type,
  payload,
  arguments: input,
}: Pick<ApiMessage, 'message_type' | 'payload' | 'arguments'>): string => {
  const values: Record<string, unknown> = { ...input, ...payload };
  const action =
    typeof values.action === 'string' && typeof values.operation === 'string'
      ? `${values.action}.${values.operation}`
      : undefined;
  const text = [values.title, values.message].filter(isText).join(': ');
  const names = [action, values.operation, values.action, values.name];
  return cut(text === '' ? (names.find(isText) ?? message_type) : text);
};

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '';

/** By code points, so that no emoji is cut in half. */
const cut = (text: string): string => {
  const chars = Array.from(text.slice(0, 4 * MAX_CHARS));
  return chars.length > MAX_CHARS ? `${chars.slice(0, MAX_CHARS).join('')}…` : chars.join('');
};

import type { ApiMessage } from '#handlers/web/app/api/responses.ts';

const MAX_CHARS = 120;

/** One line that says what a message is about. */
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
  const candidates = [
    values.title,
    values.message,
    action,
    values.operation,
    values.action,
    values.name,
  ];
  const text = candidates.find(
    (value): value is string => typeof value === 'string' && value.trim() !== '',
  );
  return cut(text ?? message_type);
};

/** By code points, so that no emoji is cut in half. */
const cut = (text: string): string => {
  const chars = Array.from(text.slice(0, 4 * MAX_CHARS));
  return chars.length > MAX_CHARS ? `${chars.slice(0, MAX_CHARS).join('')}…` : chars.join('');
};

import type { ApiMessage } from '#handlers/web/app/api/responses.ts';

/**
 * A command for a shell that creates a message with the same type and input. The shell variable `TOKEN` must contain an
 * access token. For a web action, each run of the command has a new idempotency key, because the API requires one for what
 * cannot be undone.
 * @param origin of the API, such as `https://example.org`
 */
export const curlCommand = (
  {
    message_type,
    payload,
    arguments: input,
    auth_config,
  }: Pick<ApiMessage, 'message_type' | 'payload' | 'arguments' | 'auth_config'>,
  origin: string,
): string => {
  const body = {
    message_type,
    payload,
    ...(input === undefined ? {} : { arguments: input }),
    ...(auth_config === undefined ? {} : { auth_config }),
  };
  return [
    `curl -X POST ${quoted(`${origin}/api/messages`)}`,
    '-H "Authorization: Bearer $TOKEN"',
    "-H 'Content-Type: application/json'",
    ...(message_type === 'web_action' ? ['-H "Idempotency-Key: $(uuidgen)"'] : []),
    `--data-raw ${quoted(JSON.stringify(body))}`,
  ].join(' \\\n  ');
};

/** In single quotes a shell interprets nothing, so only the quote itself needs another form. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { curlCommand } from '#handlers/web/app/messages/curl-command.ts';

/** The arguments that `curl` gets from a shell. */
const argumentsOf = (command: string): string[] =>
  execFileSync(
    'sh',
    ['-c', `curl() { printf '%s\\0' "$@"; }; uuidgen() { echo new; }; TOKEN=secret; ${command}`],
    {
      encoding: 'utf8',
    },
  ).split('\0');

describe('curlCommand', () => {
  it('sends the same input, whatever a shell makes of its characters', () => {
    const payload = { message: `it's $HOME \`id\` "quoted" \\ \n !! ü 🌡 ${'\u202e'}` };
    const command = curlCommand(
      { message_type: 'manual', payload, arguments: { notify: false } },
      'https://example.org',
    );

    const sent = argumentsOf(command);
    expect(sent).toContain('https://example.org/api/messages');
    expect(sent).toContain('Authorization: Bearer secret');
    expect(JSON.parse(sent.at(-2) ?? '')).toEqual({
      message_type: 'manual',
      payload,
      arguments: { notify: false },
    });
  });

  it.each([
    { message_type: 'web_action', keys: ['Idempotency-Key: new'] },
    { message_type: 'manual', keys: [] },
  ])(
    'sends a new idempotency key only for a web action: $message_type',
    ({ message_type, keys }) => {
      const command = curlCommand({ message_type, payload: {} }, 'https://example.org');

      const sent = argumentsOf(command).filter((text) => text.startsWith('Idempotency-Key'));
      expect(sent).toEqual(keys);
    },
  );
});

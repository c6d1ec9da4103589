import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readable } from '#scripts/local/log-line.ts';

const line = (fields: Record<string, unknown>) =>
  stripVTControlCharacters(
    readable({
      name: 'processor',
      text: JSON.stringify({
        level: 'info',
        time: '2026-01-01T12:00:00.007Z',
        msg: 'it ran',
        ...fields,
      }),
    }),
  );

describe('a log line for people', () => {
  it('says time, function, level and sentence before the fields', () => {
    expect(line({ duration_ms: 3 })).toMatch(
      /^\d\d:\d\d:\d\d\.007 processor +info +it ran duration_ms=3$/,
    );
  });

  it('says first which message it is about and what went wrong', () => {
    const text = line({ duration_ms: 3, error_code: 'DEADLINE', message_id: 'msg_1' });

    expect(text).toMatch(/message_id=msg_1 error_code=DEADLINE duration_ms=3$/);
  });

  it('leaves out what every line says, and metrics', () => {
    const text = line({
      stage: 'dev',
      version: 'local',
      Stage: 'dev',
      MessagesCreated: 1,
      _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'MessagesCreated' }] }] },
    });

    expect(text).toMatch(/it ran$/);
  });

  it('tells an error with its causes, without stacks', () => {
    const err = {
      name: 'AppError',
      message: 'not sent',
      code: 'NTFY_DOWN',
      stack: 'at x',
      cause: { message: 'refused' },
    };

    expect(line({ err })).toMatch(/err=not sent \(NTFY_DOWN\) ← refused$/);
  });

  it('cuts a value that would fill the screen', () => {
    expect(line({ body: 'x'.repeat(5_000) }).length).toBeLessThan(300);
  });

  it.each(['Error: no JSON', '{"cut', '42', '{"msg'])('keeps %s as it was printed', (text) => {
    expect(stripVTControlCharacters(readable({ name: 'sweeper', text }))).toMatch(
      new RegExp(`sweeper +${text.replace(/[{"]/g, '.')}$`),
    );
  });
});

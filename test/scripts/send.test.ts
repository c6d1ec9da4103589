import { afterEach, beforeEach, expect, it } from 'vitest';
import { messageOf } from '#scripts/command.ts';
import { sendText } from '#scripts/send.ts';
import { collectOutput, type FakeApi, startFakeApi } from './fake-api.ts';

const CREATED = '2026-01-01T00:00:00.000Z';
const aRow = (id: string, status: string, more = {}) => ({
  ...{ id, status, created_date: CREATED, ...more },
});

let printed: ReturnType<typeof collectOutput>;
let api: FakeApi | undefined;

beforeEach(() => {
  printed = collectOutput();
});
afterEach(async () => {
  printed.restore();
  await api?.stop();
});

it('make send posts the message and follows it and its own push', async () => {
  api = await startFakeApi((line, n) => {
    if (line === 'POST /api/messages') return { status: 201, body: aRow('msg_1', 'created') };
    if (line === 'GET /api/messages/msg_1') {
      return { body: aRow('msg_1', n === 1 ? 'queued' : 'completed') };
    }
    if (line === 'GET /api/messages/msg_3') {
      return { body: aRow('msg_3', 'completed', { notification_id: 'push00000001' }) };
    }
    const pushes = [
      aRow('msg_2', 'queued', { parent_id: 'msg_0' }),
      aRow('msg_3', 'queued', { parent_id: 'msg_1' }),
    ];
    return { body: { data: pushes } };
  });

  await sendText(api.platform, { message: 'Hello', priority: 4 });

  expect(api.requests[0]).toEqual({
    line: 'POST /api/messages',
    body: { message_type: 'manual', payload: { message: 'Hello', priority: 4 } },
    authorization: 'Bearer the-token',
    idempotencyKey: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
  });
  expect(printed.output).toEqual([
    ...['message msg_1', 'message queued', 'message completed'],
    ...['push    completed', 'on the phone as push00000001'],
  ]);
});

it('make send fails when its message fails', async () => {
  api = await startFakeApi((line) => ({
    body: aRow('msg_1', line.startsWith('POST') ? 'created' : 'failed', {
      ...{ error_code: 'INVALID_PAYLOAD', error_message: 'no' },
    }),
  }));

  const end = await sendText(api.platform, { message: 'Hello' }).then(() => 'sent', messageOf);

  expect(end).toBe('msg_1 failed');
  expect(printed.output.at(-1)).toBe('message failed (INVALID_PAYLOAD: no)');
});

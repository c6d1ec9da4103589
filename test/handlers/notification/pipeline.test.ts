import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { env } from '#lib/platform/env.ts';
import { type Ntfy, type NtfyOptions, startNtfy } from '#scripts/local/ntfy-server.ts';
import { aMessage, anEnvelope } from '#test/support/builders.ts';
import { sqsEvent } from '#test/support/events.ts';
import { invoke } from '#test/support/lambda.ts';
import { installSsm } from '#test/support/ssm.ts';

const MESSAGES = env('MESSAGES_TABLE');
const BREAKERS = env('BREAKERS_TABLE');
const TOPIC = 'canary-topic';

const cleanups: (() => unknown)[] = [];
beforeEach(() => {
  vi.stubEnv('HTTP_MAX_RETRIES', '0');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A new instance of the function with its own ntfy server. */
const start = async ({
  ntfyToken = 'none',
  ntfyUrl,
  ...options
}: NtfyOptions & { ntfyToken?: string; ntfyUrl?: string } = {}) => {
  const ntfy = await startNtfy(options);
  cleanups.push(ntfy.stop);
  const url = ntfyUrl ?? ntfy.topicUrl(TOPIC);
  vi.stubEnv('LOCAL_ORIGINS', new URL(url).origin);
  const ssm = installSsm({
    'ntfy-url': url,
    'ntfy-token': ntfyToken,
    'flags/notifications': 'on',
  });
  cleanups.push(ssm.uninstall);
  vi.resetModules();
  const { documentClient } = await import('#lib/data/table.ts');
  const { installDynamo } = await import('#test/support/dynamodb.ts');
  const db = installDynamo(documentClient);
  const { handler } = await import('#handlers/notification/index.ts');

  const queued = (fields: Partial<Message> = {}) => {
    const message = aMessage({
      message_type: 'notify',
      status: 'queued',
      nowMs: Date.now(),
      ...fields,
    });
    db.put(MESSAGES, message);
    return message;
  };
  const call = (...messages: Message[]) =>
    invoke(handler, sqsEvent(messages.map((message) => anEnvelope(message))));
  const rowOf = ({ id }: Message) => db.get(MESSAGES, { id });
  const breaker = () => db.get(BREAKERS, { service_name: 'ntfy' });
  return { ntfy, ssm, db, handler, queued, call, rowOf, breaker };
};

const DONE = { batchItemFailures: [] };
const shown = (ntfy: Ntfy) => ntfy.phone(TOPIC).map(({ message }) => message);

describe('the pipeline of the function notification', () => {
  it('pushes a message to the phone and completes it with the id of the push', async () => {
    const { ntfy, queued, call, rowOf, breaker } = await start({
      token: 'tk_right',
      ntfyToken: 'tk_right',
    });
    const message = queued({ correlation_id: 'run-1' });

    expect(await call(message)).toEqual(DONE);
    expect(ntfy.phone(TOPIC)).toMatchObject([
      { title: 'Reminder', message: 'Water the plants', sequence_id: message.id },
    ]);
    expect(ntfy.received[0]?.headers['x-correlation-id']).toBe('run-1');
    expect(rowOf(message)).toMatchObject({
      status: 'completed',
      notification_id: ntfy.messages(TOPIC)[0]?.id,
      send_started: expect.any(String),
    });
    expect(breaker()).toMatchObject({ echoes_sequence: true });
  });

  it('records in the completed row what the phone does not show', async () => {
    const { ntfy, queued, call, rowOf } = await start();
    const message = queued({ payload: { message: '🌧'.repeat(3_000), title: 'Forecast' } });

    await call(message);

    expect(shown(ntfy)).toEqual([`${'🌧'.repeat(1_023)}…`]);
    expect(rowOf(message)).toMatchObject({
      status: 'completed',
      result: { cut: { message: { bytes: 12_000 } } },
    });
  });

  it('opens a connection to the server while it starts in Lambda, and sends no push', async () => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'on-demand');
    vi.stubEnv('LOG_LEVEL', 'warn');
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const { ntfy, db } = await start();

    expect(written).not.toHaveBeenCalled();
    expect(ntfy.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/health',
    ]);
    expect(ntfy.messages(TOPIC)).toEqual([]);
    expect(db.rows(MESSAGES)).toEqual([]);
  });

  it('starts in Lambda without waiting when the server is down', async () => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'on-demand');
    const { queued, call, rowOf } = await start({ ntfyUrl: 'http://127.0.0.1:9/canary-topic' });
    const message = queued();

    expect(await call(message)).toEqual(DONE);
    expect(rowOf(message)).toMatchObject({ status: 'queued', error_code: 'HTTP_CONNECTION' });
  });

  it('sends one push when the wake-up arrives five times', async () => {
    const { ntfy, queued, call } = await start();
    const message = queued();

    expect(await call(...Array(5).fill(message))).toEqual(DONE);
    expect(ntfy.messages(TOPIC)).toHaveLength(1);
  });

  it.each(['2.13', '2.27'] as const)(
    'F33: shows one push after a run that crashed after its send, on %s',
    async (version) => {
      const { ntfy, queued, call, rowOf } = await start({ version });
      const message = queued();
      ntfy.switchOn({ kind: 'cut-after-accept', times: 1 });
      await call(message);
      expect(rowOf(message)).toMatchObject({ status: 'queued', send_started: expect.any(String) });

      const { not_before: _, ...released } = rowOf(message) as Message;
      await call(queued(released));

      expect(shown(ntfy)).toEqual(['Water the plants']);
      expect(rowOf(message)).toMatchObject({
        status: 'completed',
        notification_id: ntfy.messages(TOPIC).at(-1)?.id,
      });
    },
  );

  it('fails one message and delivers the others of its batch', async () => {
    const { ntfy, queued, call, rowOf } = await start();
    const bad = queued({ payload: { message: ' ' } });
    const good = [queued({ payload: { message: 'a' } }), queued({ payload: { message: 'b' } })];

    expect(await call(bad, ...good)).toEqual(DONE);
    expect(rowOf(bad)).toMatchObject({ status: 'failed', error_code: 'INVALID_PAYLOAD' });
    expect(shown(ntfy).sort()).toEqual(['a', 'b']);
  });

  it('parks a message for as long as the Retry-After of a failing server says', async () => {
    const { ntfy, queued, call, rowOf } = await start();
    ntfy.switchOn({ kind: 'status', status: 503, retryAfter: '3600' });
    const message = queued();

    expect(await call(message)).toEqual(DONE);
    const row = rowOf(message) as Message;
    expect(row).toMatchObject({ status: 'queued', error_code: 'NTFY_503', strikes: 0 });
    expect(Date.parse(row.not_before ?? '') - Date.now()).toBeGreaterThan(3_500_000);
  });

  it('F30: opens the breaker at the first refused token, and holds later messages without a request', async () => {
    const { ntfy, queued, call, rowOf, breaker } = await start({
      token: 'tk_right',
      ntfyToken: 'tk_wrong',
    });
    const [first, second] = [queued(), queued()];

    await call(first);
    await call(second);

    expect(breaker()).toMatchObject({ state: 'open', reason: 'credentials' });
    expect(rowOf(first)).toMatchObject({ status: 'queued', error_code: 'NTFY_40101' });
    expect(rowOf(second)).toMatchObject({
      error_code: 'CIRCUIT_OPEN',
      due_bucket: 'held-ntfy',
    });
    expect(rowOf(second)).not.toHaveProperty('send_started');
    expect(ntfy.requests).toBe(1);
  });

  it('holds every push while the flag is off', async () => {
    const { ntfy, ssm, queued, call, rowOf } = await start();
    ssm.parameters.set('flags/notifications', 'off');
    const message = queued();

    expect(await call(message)).toEqual(DONE);
    expect(rowOf(message)).toMatchObject({
      status: 'queued',
      error_code: 'FEATURE_DISABLED',
      due_bucket: 'held-notifications',
    });
    expect(ntfy.requests).toBe(0);
  });

  it('parks messages while ntfy-url is not valid, and does not store its value', async () => {
    const { ssm, queued, call, rowOf } = await start();
    ssm.parameters.set('ntfy-url', 'http://canary-host.example/canary-topic');
    const message = queued();

    expect(await call(message)).toEqual(DONE);
    expect(rowOf(message)).toMatchObject({ status: 'queued', error_code: 'CONFIG_UNAVAILABLE' });
    expect(JSON.stringify(rowOf(message))).not.toContain('canary');
  });

  it('acknowledges the batch without changing rows, with one error line, when the configuration was never read', async () => {
    const { ssm, queued, call, rowOf } = await start();
    ssm.failWith(new Error('no answer'));
    const message = queued();
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);

    expect(await call(message)).toEqual(DONE);
    expect(rowOf(message)).toEqual(message);
    expect(written.map((line) => JSON.parse(line))).toMatchObject([
      {
        level: 'error',
        msg: 'batch not started',
        err: { code: 'CONFIG_UNAVAILABLE', cause: { message: 'no answer' } },
      },
    ]);
  });

  it('reports a record that cannot be parsed, and runs the others', async () => {
    const { ntfy, handler, queued } = await start();

    const answer = await invoke(handler, sqsEvent(['{', anEnvelope(queued())]));

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'record-1' }] });
    expect(ntfy.messages(TOPIC)).toHaveLength(1);
  });

  it.each([
    { kind: 'status', status: 401 },
    { kind: 'status', status: 400 },
    { kind: 'hang' },
    { kind: 'reset' },
    { kind: 'status', status: 200 },
  ] as const)(
    'F35, F66: writes no secret to log or row when the server responds with $kind $status',
    async (fault) => {
      vi.stubEnv('LOG_LEVEL', 'debug');
      if (fault.kind === 'hang') vi.stubEnv('HTTP_TIMEOUT_MS', '300');
      const { ntfy, queued, call, rowOf } = await start({ ntfyToken: 'tk_canary-token' });
      const written: string[] = [];
      vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
        written.push(String(line));
        return true;
      });
      ntfy.switchOn(fault);
      const message = queued({ payload: { message: 'canary-text', title: 'canary-title' } });

      await call(message);
      const { payload: _, ...row } = rowOf(message) as Message;

      expect(written.join('')).toContain('"NotificationsFailed":1');
      expect(written.join('')).not.toMatch(/canary-/);
      expect(JSON.stringify(row)).not.toMatch(/canary-/);
    },
  );
});

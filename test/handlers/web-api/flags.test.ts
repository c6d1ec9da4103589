import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FLAG_NAMES, FLAGS } from '#lib/config/flags.ts';
import { WRITTEN_MS } from '#test/support/ssm.ts';
import { type Api, type JsonResponse, loadApi } from './api.ts';

let api: Api;
beforeEach(async () => {
  api = await loadApi({ LOG_LEVEL: 'info' });
  for (const name of FLAG_NAMES) api.ssm.parameters.set(`flags/${name}`, 'on');
});
afterEach(() => api.close());

const flags = () => api.request({ path: '/api/flags' });
const flag = async (name: string) => (await flags()).body.data?.find((one) => one.name === name);

describe('GET /api/flags', () => {
  it('returns every flag that the code declares, and no other', async () => {
    api.ssm.parameters.set('flags/of-another-time', 'on');

    const { status, body } = await flags();

    expect(status).toBe(200);
    expect(body.count).toBe(FLAG_NAMES.length);
    expect(body.data?.map(({ name, meaning }) => [name, meaning])).toEqual(
      Object.entries(FLAGS).map(([name, { meaning }]) => [name, meaning]),
    );
  });

  it('returns value, reason and time of the last change of each flag', async () => {
    api.ssm.parameters.set(
      'flags/notifications',
      JSON.stringify({
        ...{ enabled: false, enabled_for: ['manual'] },
        ...{ reason: 'the phone is new', until: '2026-07-01T00:00:00Z' },
      }),
    );

    const shown = await flag('notifications');

    expect(shown).toMatchObject({
      enabled: false,
      default: true,
      is_understood: true,
      enabled_for: ['manual'],
      reason: 'the phone is new',
      until: '2026-07-01T00:00:00Z',
      changed_at: new Date(WRITTEN_MS).toISOString(),
    });
    expect(shown?.age_seconds).toBeCloseTo((Date.now() - WRITTEN_MS) / 1_000, -1);
  });

  it.each(['offf', '{"enabled":1}', '{"enabled":true,"more":1}', '', '{'])(
    'says that the default counts where the parameter is %j',
    async (value) => {
      api.ssm.parameters.set('flags/notifications', value);

      expect(await flag('notifications')).toMatchObject({ enabled: true, is_understood: false });
    },
  );

  it('returns the default for a flag without a parameter, and is_understood false', async () => {
    api.ssm.parameters.delete('flags/notifications');

    expect(await flag('notifications')).toMatchObject({
      ...{ enabled: true, is_understood: false, changed_at: null, age_seconds: null },
    });
  });

  it('returns the current value, not the cached one', async () => {
    await flags();
    api.ssm.parameters.set('flags/notifications', 'off');

    expect(await flag('notifications')).toMatchObject({ enabled: false });
  });

  it('returns 503 while SSM fails', async () => {
    api.ssm.failWith(new Error('down'));

    const { status, body } = await flags();

    expect(status).toBe(503);
    expect(body.error?.code).toBe('SERVICE_UNAVAILABLE');
  });
});

const put = (name: string, body: object, headers: Record<string, string> = api.admin) =>
  api.request({ method: 'PUT', path: `/api/flags/${name}`, body, headers });
const stored = () => api.ssm.parameters.get('flags/notifications');
const changes = () => api.lines.filter(({ msg }) => msg === 'flag changed');
/** Sends requests so that each one has read SSM before one of them writes. */
const whileBothRead = async (...requests: (() => Promise<JsonResponse>)[]) => {
  // The configuration is cached now, so that only the requests read SSM.
  await flags();
  const reads = api.ssm.reads.length + requests.length;
  const gate = Promise.withResolvers<void>();
  api.ssm.holdUntil(gate.promise);
  const answers = Promise.all(requests.map((send) => send()));
  await vi.waitUntil(() => api.ssm.reads.length === reads);
  gate.resolve();
  return answers;
};
const OFF = { enabled: false, reason: 'the phone is new', version: 1 };

describe('PUT /api/flags/{flag}', () => {
  it('writes the value, and returns the flag as the next GET returns it', async () => {
    const until = '2199-03-02T09:00:00+01:00';

    const { status, body } = await put('notifications', {
      ...{ ...OFF, until, enabled_for: ['manual', '3a020100-3284-4530-aac5-e0d209b7fc76'] },
    });

    const { changed_at, age_seconds, ...shown } = (await flag('notifications')) ?? {};
    expect(status).toBe(200);
    expect(body).toMatchObject(shown);
    expect(shown).toMatchObject({
      ...{ enabled: false, is_understood: true, reason: 'the phone is new', version: 2 },
      until: '2199-03-02T08:00:00.000Z',
      enabled_for: ['manual', '3a020100-3284-4530-aac5-e0d209b7fc76'],
    });
    expect(Date.now() - Date.parse(String(body.changed_at))).toBeLessThan(5_000);
    expect(body.age_seconds).toBe(0);
  });

  it('writes a value without the properties that the request does not have', async () => {
    api.ssm.parameters.set('flags/notifications', '{"enabled":false,"enabled_for":["manual"]}');

    await put('notifications', { enabled: true, reason: 'for all again', version: 2 });

    expect(JSON.parse(stored() ?? '')).toEqual({ enabled: true, reason: 'for all again' });
  });

  it('creates the parameter for the version 0', async () => {
    api.ssm.parameters.delete('flags/notifications');

    expect(await flag('notifications')).toMatchObject({ version: 0 });
    const { status, body } = await put('notifications', { ...OFF, version: 0 });

    expect([status, body.version]).toEqual([200, 1]);
    expect(stored()).toContain('"enabled":false');
  });

  it('stores a reason that SSM would take for a reference, so that GET returns it as it was sent', async () => {
    const reason = 'see {{ssm:home}} and {{{x}}}';

    const { status } = await put('notifications', { ...OFF, reason });

    expect(status).toBe(200);
    expect(stored()).not.toContain('{{');
    expect(await flag('notifications')).toMatchObject({ reason });
  });

  it('logs one line with the caller, both values and the reason', async () => {
    await put('notifications', OFF, api.as('ada', 'admin'));

    expect(changes()).toEqual([
      expect.objectContaining({
        ...{ level: 'info', flag: 'notifications', caller: 'user:ada', version: 2 },
        ...{ before: 'on', after: stored(), reason: 'the phone is new' },
      }),
    ]);
  });

  it.each([
    { what: 'no reason', body: { enabled: false, version: 1 }, path: 'reason' },
    { what: 'an invisible reason', body: { ...OFF, reason: ' \u200b' }, path: 'reason' },
    { what: 'a long reason', body: { ...OFF, reason: 'x'.repeat(501) }, path: 'reason' },
    { what: 'no version', body: { enabled: false, reason: 'because' }, path: 'version' },
    { what: 'a version below 0', body: { ...OFF, version: -1 }, path: 'version' },
    { what: 'a version as a text', body: { ...OFF, version: '1' }, path: 'version' },
    { what: 'a state as a text', body: { ...OFF, enabled: 'off' }, path: 'enabled' },
    { what: 'a past until', body: { ...OFF, until: '2026-01-01T00:00:00Z' }, path: 'until' },
    { what: 'an until that is no instant', body: { ...OFF, until: 'soon' }, path: 'until' },
    {
      what: 'an empty name in enabled_for',
      body: { ...OFF, enabled_for: [''] },
      path: /^enabled_for/,
    },
    {
      what: 'a value of more than 4 KB',
      body: { ...OFF, enabled_for: Array.from({ length: 20 }, () => '☂'.repeat(100)) },
      path: 'enabled_for',
    },
    { what: 'an unknown property', body: { ...OFF, colour: 'red' }, path: 'colour' },
    {
      what: 'a property of responses',
      body: { ...OFF, is_understood: true },
      path: 'is_understood',
    },
  ])('refuses $what with 400, and writes nothing', async ({ body, path }) => {
    const { status, body: answer } = await put('notifications', body);

    expect([status, answer.error?.code]).toEqual([400, 'VALIDATION_ERROR']);
    expect(answer.error?.details?.[0]?.path).toEqual(expect.stringMatching(path));
    expect(stored()).toBe('on');
    expect(changes()).toEqual([]);
  });

  it.each(['of-another-time', 'toString', 'NOTIFICATIONS', 'notifications%20'])(
    'returns 404 for the flag %s, and writes nothing',
    async (name) => {
      api.ssm.parameters.set('flags/of-another-time', 'on');

      const { status, body } = await put(name, OFF);

      expect([status, body.error?.code]).toEqual([404, 'FLAG_NOT_FOUND']);
      expect(api.ssm.parameters.get('flags/of-another-time')).toBe('on');
    },
  );

  it.each([['viewer'], ['operator']])('refuses a user with the role %s', async (role) => {
    const { status, body } = await put('notifications', OFF, api.as('ada', role));

    expect([status, body.error?.code]).toEqual([403, 'FORBIDDEN']);
    expect(stored()).toBe('on');
  });

  it.each([0, 1, 3])(
    'returns 412 for the version %s while the parameter has version 2, and writes nothing',
    async (version) => {
      api.ssm.parameters.set('flags/notifications', 'on');

      const { status, body } = await put('notifications', { ...OFF, version });

      expect([status, body.error?.code]).toEqual([412, 'PRECONDITION_FAILED']);
      expect(body.error?.message).toContain('version 2');
      expect(stored()).toBe('on');
    },
  );

  it('returns 200 to one of several requests at the same time, and 409 or 412 to all others', async () => {
    const reasons = Array.from({ length: 5 }, (_, n) => `reason ${n}`);

    const answers = await Promise.all(
      reasons.map((reason) => put('notifications', { ...OFF, reason })),
    );

    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(200);
    expect(statuses.slice(1).every((status) => status === 409 || status === 412)).toBe(true);
    // Each write has a line, and a request that replaced the value of another one gets a 409.
    const written = changes().map(({ reason }) => reason);
    expect(JSON.parse(stored() ?? '').reason).toBe(written.at(-1));
    expect(written).toHaveLength(statuses.filter((status) => status !== 412).length);
  });

  it('returns 409 to the later one of two requests that read the same version, and logs both writes', async () => {
    const answers = await whileBothRead(
      () => put('notifications', OFF),
      () => put('notifications', { ...OFF, enabled: true }),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.error).toMatchObject({
      code: 'FLAG_CHANGED',
      message: expect.stringContaining('get it again'),
    });
    expect(changes().map(({ version }) => version)).toEqual([2, 3]);
  });

  it('lets one of two requests create a parameter, and the other one writes nothing', async () => {
    api.ssm.parameters.delete('flags/notifications');
    const create = (reason: string) => put('notifications', { ...OFF, reason, version: 0 });

    const answers = await whileBothRead(
      () => create('first'),
      () => create('second'),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(changes().map(({ after }) => after)).toEqual([stored()]);
    expect(changes()[0]).not.toHaveProperty('before');
  });

  it('sends a write once, because a repeated one would replace what was written in between', async () => {
    const { storeParameter } = await import('#lib/config/ssm.ts');
    const { SSMClient } = await import('@aws-sdk/client-ssm');
    const attempts: unknown[] = [];
    vi.mocked(SSMClient.prototype.send).mockImplementation(async function (this: {
      config: { maxAttempts: () => Promise<number> };
    }) {
      attempts.push(await this.config.maxAttempts());
      return { Version: 2 };
    } as never);

    await storeParameter('flags/notifications', 'on', { create: false });

    expect(attempts).toEqual([1]);
  });

  it('returns 503 while SSM fails, and the response contains nothing internal', async () => {
    api.ssm.failWith(new Error('arn:aws:ssm:secret'));

    const { status, body } = await put('notifications', OFF);

    expect([status, body.error?.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(JSON.stringify(body)).not.toContain('arn:');
  });
});

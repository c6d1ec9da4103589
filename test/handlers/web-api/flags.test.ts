import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FLAG_NAMES, FLAGS } from '#lib/config/flags.ts';
import { WRITTEN_MS } from '#test/support/ssm.ts';
import { type Api, loadApi } from './api.ts';

let api: Api;
beforeEach(async () => {
  api = await loadApi();
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

import { describe, expect, it } from 'vitest';
import { FLAG_NAMES } from '#lib/config/flags.ts';
import { healthyStage } from './healthy-stage.ts';

const stage = healthyStage();
const KEYS_COMMAND = 'node_modules/.bin/node scripts/platform-keys.ts dev';

describe('the line parameters', () => {
  it('is ok when all have a value, and decrypts none', async () => {
    expect(await stage.lines('parameters')).toEqual([
      { state: 'ok', name: 'parameters', text: 'all have a value' },
    ]);
    const decrypted = stage.ssm().reads.filter((read) => read.decrypted);
    expect(decrypted.map(({ names }) => names)).toEqual([['ntfy-url']]);
  });

  it.each([
    ['ntfy-url', 'make set NAME=ntfy-url STAGE=dev'],
    ['ntfy-token', 'make set NAME=ntfy-token STAGE=dev'],
    ['cursor-key', KEYS_COMMAND],
    ['oauth-key', KEYS_COMMAND],
  ])('is replaced by a failed one for %s, which the platform needs', async (name, fix) => {
    stage.parameters().delete(name);

    expect(await stage.lines(`parameter ${name}`)).toMatchObject([{ state: 'failed', fix }]);
    expect(await stage.lines('parameters')).toEqual([]);
  });

  it.each(['ntfy-url', 'cursor-key'])(
    'names make dev for %s of the local platform',
    async (name) => {
      stage.parameters().delete(name);

      const lines = await stage.lines(`parameter ${name}`, { target: stage.localTarget() });

      expect(lines).toMatchObject([{ state: 'failed', fix: 'RESET=1 make dev' }]);
    },
  );

  it.each(['contact', 'home'])(
    'is replaced by a warning for %s, which a feature needs',
    async (name) => {
      stage.parameters().delete(name);

      expect(await stage.lines(`parameter ${name}`)).toMatchObject([
        {
          state: 'warning',
          text: expect.stringContaining('weather forecasts'),
          fix: expect.stringContaining(`make set NAME=${name} STAGE=dev`),
        },
      ]);
    },
  );
});

describe('the line secrets', () => {
  it('is ok when all have a value', async () => {
    expect(await stage.lines('secrets')).toEqual([
      { state: 'ok', name: 'secrets', text: 'all have a value' },
    ]);
  });

  it('is replaced by a warning for a secret without a value, and reads none', async () => {
    stage.secrets().secrets.clear();

    expect(await stage.lines('secret golf/credentials')).toMatchObject([
      {
        state: 'warning',
        text: 'has no value; needed for reservations at golf courses',
        fix: expect.stringContaining('make secret NAME=golf/credentials STAGE=dev'),
      },
    ]);
    expect(stage.secrets().reads).toEqual([]);
  });

  it('is failed when AWS refuses', async () => {
    stage.secrets().failWith(stage.accessDenied());

    expect(await stage.lines('secrets')).toMatchObject([
      { state: 'failed', text: expect.stringContaining('User ada is not authorized') },
    ]);
  });
});

describe('the line of a flag', () => {
  it.each(FLAG_NAMES)('called %s shows its value', async (name) => {
    stage.parameters().set(`flags/${name}`, '{"enabled":false,"reason":"a test"}');

    expect(await stage.lines(`flag ${name}`)).toEqual([
      { state: 'ok', name: `flag ${name}`, text: 'off' },
    ]);
  });

  it.each(['yes', '', '{"enabled":"on"}', '{"enabled":true,"more":1}', '{'])(
    'is failed when the value is %j',
    async (value) => {
      stage.parameters().set('flags/notifications', value);

      expect(await stage.lines('flag notifications')).toEqual([
        {
          state: 'failed',
          name: 'flag notifications',
          text: 'its value is malformed, so it counts as on',
          fix: 'aws ssm put-parameter --name /rez-agent/dev/flags/notifications --type String --overwrite --value on',
        },
      ]);
      expect(await stage.lines('flag web-actions')).toMatchObject([{ state: 'ok' }]);
    },
  );

  it('is failed when the flag has no value', async () => {
    stage.parameters().delete('flags/dry-run');

    expect(await stage.lines('flag dry-run')).toMatchObject([
      { state: 'failed', text: 'has no value, so it counts as on' },
    ]);
  });
});

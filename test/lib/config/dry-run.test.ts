import { describe, expect, it } from 'vitest';
import { isDryRunOn, switchOffDryRunText } from '#lib/config/dry-run.ts';
import { readFlag } from '#lib/config/flags.ts';
import { capturingLog } from '#test/support/log.ts';

const stateOf = (value: string | undefined, fresh = true) =>
  readFlag('dry-run', { value, fresh }, capturingLog());

describe('a dry run', () => {
  it.each([
    ['on', true],
    ['off', false],
    ['{"enabled":false,"reason":"it works"}', false],
    ['{"enabled":true,"enabled_for":["3a020100"]}', true],
  ])('is as the flag says: %s', (value, expected) => {
    expect(isDryRunOn({ 'dry-run': stateOf(value) })).toBe(expected);
  });

  it.each(['OFF', 'false', 'off ', '{"enabled":"no"}', '{', undefined])(
    'is on while the flag is malformed or missing: %j',
    (value) => {
      expect(isDryRunOn({ 'dry-run': stateOf(value) })).toBe(true);
    },
  );

  it.each([
    ['was never read', undefined],
    ['was off, and cannot be read now', stateOf('off', false)],
    ['was on, and cannot be read now', stateOf('on', false)],
  ])('is not known while the flag %s', (_, state) => {
    expect(() => isDryRunOn({ 'dry-run': state })).toThrow(
      expect.objectContaining({
        kind: 'unavailable',
        code: 'CONFIG_UNAVAILABLE',
        heldBy: undefined,
      }),
    );
  });

  it('says where to switch it off', () => {
    const text = switchOffDryRunText({ publicUrl: 'https://rez.example.org', stage: 'prod' });

    expect(text).toContain('https://rez.example.org/flags');
    expect(text).toContain('--name /rez-agent/prod/flags/dry-run');
  });
});

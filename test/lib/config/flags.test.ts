import { describe, expect, it } from 'vitest';
import {
  FLAG_NAMES,
  FLAGS,
  type FlagState,
  flagNow,
  readFlag,
  requireFlag,
} from '#lib/config/flags.ts';
import { capturingLog } from '#test/support/log.ts';

const read = (value: string | undefined) => {
  const log = capturingLog();
  return { state: readFlag('notifications', { value, fresh: true }, log), errors: log.at('error') };
};

const aState = (overrides: Partial<FlagState> = {}): FlagState => ({
  enabled: true,
  enabledFor: undefined,
  reason: undefined,
  until: undefined,
  fresh: true,
  ...overrides,
});

const require = (state: FlagState | undefined, subjects?: readonly string[]) => {
  try {
    requireFlag({ notifications: state }, 'notifications', subjects);
    return 'passed';
  } catch (error) {
    const { kind, code, heldBy } = error as Record<string, unknown>;
    return { kind, code, heldBy };
  }
};

const DISABLED = { kind: 'unavailable', code: 'FEATURE_DISABLED', heldBy: 'notifications' };
const UNKNOWN = { kind: 'unavailable', code: 'CONFIG_UNAVAILABLE', heldBy: undefined };

describe('readFlag', () => {
  it.each([
    { value: 'on', enabled: true },
    { value: 'off', enabled: false },
    { value: '{"enabled":false}', enabled: false },
    { value: '{"enabled":true,"reason":"tested","until":"2026-03-02T00:00:00Z"}', enabled: true },
  ])('reads $value as enabled: $enabled, without an error line', ({ value, enabled }) => {
    const { state, errors } = read(value);

    expect(state).toMatchObject({ enabled, fresh: true });
    expect(errors).toEqual([]);
  });

  it.each([
    ...['', 'ON', 'true', 'off ', '1', '{', '{"enabled":"no"}', '{}', '[]', 'null'],
    ...['{"enabled":false,"enabeld_for":[]}', '{"enabled":false,"until":"tomorrow"}', undefined],
    '{"enabled":false,"enabled_for":[1]}',
  ])('uses the default for %j, with one error line', (value) => {
    const { state, errors } = read(value);

    expect(state.enabled).toBe(FLAGS.notifications.byDefault);
    expect(errors.map(({ fields }) => fields.flag)).toEqual(['notifications']);
  });

  it('returns the other properties that the operator set', () => {
    const value = JSON.stringify({
      ...{ enabled: true, enabled_for: ['ada', 'manual'] },
      ...{ reason: 'trial', until: '2026-03-02T00:00:00Z' },
    });

    expect(read(value).state).toEqual({
      ...{ enabled: true, enabledFor: ['ada', 'manual'] },
      ...{ reason: 'trial', until: '2026-03-02T00:00:00Z', fresh: true },
    });
  });

  it('does not act on `until`: an off flag stays off when its time has passed', () => {
    expect(read('{"enabled":false,"until":"2001-01-01T00:00:00Z"}').state.enabled).toBe(false);
  });
});

describe('requireFlag', () => {
  it.each([
    { what: 'on', state: aState(), result: 'passed' },
    { what: 'off', state: aState({ enabled: false }), result: DISABLED },
    { what: 'on when last read', state: aState({ fresh: false }), result: 'passed' },
    {
      what: 'off when last read',
      state: aState({ enabled: false, fresh: false }),
      result: UNKNOWN,
    },
    { what: 'never read', state: undefined, result: UNKNOWN },
    { what: 'on for others', state: aState({ enabledFor: ['ada'] }), result: 'passed' },
  ])('decides about a flag that is $what', ({ state, result }) => {
    expect(require(state)).toEqual(result);
  });

  it.each([
    { enabledFor: ['ada'], subjects: ['ada', 'manual'], result: 'passed' },
    { enabledFor: ['manual'], subjects: ['ada', 'manual'], result: 'passed' },
    { enabledFor: ['bob'], subjects: ['ada', 'manual'], result: DISABLED },
    { enabledFor: [], subjects: ['ada'], result: DISABLED },
  ])(
    'with enabled_for $enabledFor gives $subjects: $result',
    ({ enabledFor, subjects, result }) => {
      expect(require(aState({ enabledFor }), subjects)).toEqual(result);
    },
  );

  it('refuses the subjects of enabled_for when the flag is off', () => {
    expect(require(aState({ enabled: false, enabledFor: ['ada'] }), ['ada'])).toEqual(DISABLED);
  });
});

describe('flagNow', () => {
  it.each([
    { state: aState(), now: 'on' },
    { state: aState({ enabled: false }), now: 'off' },
    { state: aState({ fresh: false }), now: 'unknown' },
    { state: aState({ enabled: false, fresh: false }), now: 'unknown' },
    { state: undefined, now: 'unknown' },
  ])('is $now for $state', ({ state, now }) => {
    expect(flagNow(state)).toBe(now);
  });
});

it('every flag has a meaning, and a name that SSM accepts', () => {
  for (const name of FLAG_NAMES) {
    expect(name).toMatch(/^[a-z][a-z-]+$/);
    expect(FLAGS[name].meaning.length).toBeGreaterThan(10);
  }
});

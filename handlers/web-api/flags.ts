import { FLAG_NAMES, FLAGS, flagParameter, parseFlag } from '#lib/config/flags.ts';
import { iso } from '#lib/platform/clock.ts';
import { operation } from './operation.ts';

/** Every flag with its value in SSM, its effective value, and the time of the last change. */
export const getFlags = operation({}, async (_request, { clock, readParameters }) => {
  const stored = await readParameters(FLAG_NAMES.map(flagParameter));
  const nowMs = clock.now();
  const data = FLAG_NAMES.map((name) => {
    const { byDefault, meaning } = FLAGS[name];
    const { value, changedAtMs } = stored.get(flagParameter(name)) ?? {};
    const parsed = parseFlag(value);
    return {
      name,
      enabled: parsed?.enabled ?? byDefault,
      default: byDefault,
      is_understood: parsed !== undefined,
      enabled_for: parsed?.enabled_for ?? null,
      reason: parsed?.reason ?? null,
      until: parsed?.until ?? null,
      changed_at: changedAtMs === undefined ? null : iso(changedAtMs),
      age_seconds:
        changedAtMs === undefined ? null : Math.max(0, Math.floor((nowMs - changedAtMs) / 1_000)),
      meaning,
    };
  });
  return { status: 200, body: { data, count: data.length } };
});

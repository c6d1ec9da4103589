import { FLAG_NAMES, FLAGS, flagParameter, parseFlag } from '#lib/config/flags.ts';
import { iso } from '#lib/platform/clock.ts';
import { operation } from './operation.ts';

/** Every flag as SSM has it now, what it counts as, and since when. */
export const listFlags = operation({}, async (_request, { clock, readParameters }) => {
  const stored = await readParameters(FLAG_NAMES.map(flagParameter));
  const nowMs = clock.now();
  const data = FLAG_NAMES.map((name) => {
    const { byDefault, meaning } = FLAGS[name];
    const { value, changedAtMs } = stored.get(flagParameter(name)) ?? {};
    const said = parseFlag(value);
    return {
      name,
      enabled: said?.enabled ?? byDefault,
      default: byDefault,
      /** Missing or malformed: the default counts. */
      is_understood: said !== undefined,
      enabled_for: said?.enabled_for ?? null,
      reason: said?.reason ?? null,
      until: said?.until ?? null,
      changed_at: changedAtMs === undefined ? null : iso(changedAtMs),
      age_seconds:
        changedAtMs === undefined ? null : Math.max(0, Math.floor((nowMs - changedAtMs) / 1_000)),
      meaning,
    };
  });
  return { status: 200, body: { data, count: data.length } };
});

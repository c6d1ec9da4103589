import { readBreakers, readServiceNames } from '#lib/data/breakers.ts';
import type { BreakerState } from '#lib/http/breaker/breaker-schema.ts';
import { SERVICES } from '#lib/http/breaker/services.ts';

/** A breaker as the API shows it. */
export interface ShownBreaker {
  service: string;
  state: BreakerState['state'];
  reason: NonNullable<BreakerState['reason']> | null;
  failures: number;
  opened_at: string | null;
  next_trial_at: string | null;
}

/**
 * The breakers of every service of the code and of the list of names, by name.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`, also when `signal` aborts
 */
export const shownBreakers = async (signal: AbortSignal): Promise<ShownBreaker[]> => {
  const services = [...new Set([...Object.keys(SERVICES), ...(await readServiceNames())])].sort();
  const rows = await readBreakers(services, signal);
  return services.map((service) => {
    const {
      state = 'closed',
      reason,
      failures = 0,
      opened_at,
      open_until,
    } = rows.get(service) ?? {};
    return {
      service,
      state,
      reason: reason ?? null,
      failures,
      opened_at: opened_at ?? null,
      next_trial_at: (state === 'open' ? open_until : undefined) ?? null,
    };
  });
};

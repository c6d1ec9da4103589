import { onTestFinished } from 'vitest';
import * as z from 'zod/mini';
import type { ActionContext, ActionParameter } from '#lib/actions/action.ts';
import { serviceCalls } from '#lib/actions/service-calls.ts';
import { serviceClient } from '#lib/actions/service-client.ts';
import type { Forecast } from '#lib/actions/weather/forecast.ts';
import { getForecast } from '#lib/actions/weather/get-forecast.ts';
import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';
import type { Breaker } from '#lib/http/breaker/circuit-breaker.ts';
import { verdictOfError, verdictOfStatus } from '#lib/http/breaker/verdict.ts';
import { type Clock, systemClock } from '#lib/platform/clock.ts';
import { startWeather } from '#scripts/local/weather/weather-server.ts';
import { capturingLog } from '#test/support/log.ts';
import { seeded } from '#test/support/random.ts';

/** A Tuesday in autumn, 10:30 in New York. */
export const NOW = '2026-12-01T15:30:00Z';

export interface WeatherRunOptions {
  url: string;
  now?: string;
  parameters?: Partial<Record<ActionParameter, string | undefined>>;
  retries?: number;
  timeoutMs?: number;
}

/** Runs the operation against a server on the loopback address, with the real HTTP client. */
export const weatherRun = ({ url, parameters, now = NOW, ...limits }: WeatherRunOptions) => {
  const { retries = 0, timeoutMs = 10_000 } = limits;
  const verdicts: Verdict[] = [];
  const memory = new Map<string, { value: unknown; freshSeconds: number }>();
  const scope = {
    deadlineMs: Date.parse(now) + 60_000,
    signal: new AbortController().signal,
    correlationId: 'weather-run',
  };
  const clock: Clock = {
    now: () => Date.parse(now),
    // Waits between tries, and timeouts that a test makes short, end at once.
    sleep: (ms, signal) => systemClock.sleep(ms < 5_000 ? 0 : ms, signal),
  };

  const breaker: Pick<Breaker, 'guard'> = {
    guard: async (tryOnce, judge = ({ status }) => verdictOfStatus(status)) => {
      const trying = tryOnce({});
      verdicts.push(await trying.then(judge, verdictOfError));
      return trying;
    },
  };

  const context: ActionContext = {
    messageId: 'msg_20261201153000_0000000000000000',
    ...scope,
    clock,
    log: capturingLog(),
    configuration: {
      parameters: {
        contact: 'operator@example.com',
        home: '40.7500,-79.65',
        courses: undefined,
        services: JSON.stringify({ 'weather-gov': url }),
        ...parameters,
      },
      endpoint: async () => undefined,
    },
    call: serviceCalls({
      send: serviceClient({
        breakerOf: () => breaker,
        clock,
        retries,
        timeoutMs,
        localOrigins: [url],
      }),
      credentials: { authorize: async () => ({ headers: {}, isCached: false }), drop: () => {} },
      scope,
      onExchange: () => {},
    }),
    claims: async () => ({}),
    remember: async ({ key, freshSeconds }, schema, load) => {
      const id = JSON.stringify(key);
      const kept = memory.get(id);
      if (kept !== undefined) return z.parse(schema, kept.value);
      const value = await load();
      memory.set(id, { value, freshSeconds });
      return value;
    },
    forget: async (key) => void memory.delete(JSON.stringify(key)),
  };

  const run = async (input: Record<string, unknown> = {}) =>
    (await getForecast.run(z.parse(getForecast.input, input), context)) as Forecast;
  const texts = async (input: Record<string, unknown> = {}) =>
    getForecast.present(await run(input));
  return { run, texts, context, memory, verdicts };
};

/** A local weather server, and runs against it. */
export const weatherWorld = async ({
  now = NOW,
  ...options
}: Omit<WeatherRunOptions, 'url'> = {}) => {
  const weather = await startWeather({
    clock: { now: () => Date.parse(now), sleep: async () => {} },
    random: seeded(1),
  });
  onTestFinished(weather.stop);
  const paths = () => weather.received.map(({ path }) => path);
  return { weather, paths, ...weatherRun({ url: weather.url, now, ...options }) };
};

import { describe, expect, it, vi } from 'vitest';
import {
  type CHECKS,
  deepCheck,
  type Probe,
  statusOfBreaker,
} from '#handlers/web-api/health/deep-check.ts';
import { virtualClock } from '#test/support/clock.ts';
import { capturingLog } from '#test/support/log.ts';

const ok: Probe = async () => 'ok';

const setup = (overrides: Partial<Record<(typeof CHECKS)[number], Probe>> = {}) => {
  const clock = virtualClock();
  const log = capturingLog();
  const probes = { dynamodb: vi.fn(ok), sns: ok, ssm: ok, ntfy: ok, policy: ok, ...overrides };
  const check = deepCheck({ probes, clock });
  return { clock, log, probes, check: () => check(log) };
};

const down: Probe = () => Promise.reject(new Error('down'));

describe('deepCheck', () => {
  it.each([
    { what: 'all is well', probes: {}, status: 'healthy' },
    { what: 'the bus is gone', probes: { sns: down }, status: 'degraded' },
    { what: 'the configuration is gone', probes: { ssm: down }, status: 'degraded' },
    { what: 'ntfy is open', probes: { ntfy: async () => 'failed' }, status: 'degraded' },
    { what: 'ntfy is on trial', probes: { ntfy: async () => 'degraded' }, status: 'degraded' },
    { what: 'the policy is not valid', probes: { policy: down }, status: 'degraded' },
    { what: 'the store is gone', probes: { dynamodb: down }, status: 'unhealthy' },
    { what: 'all is gone', probes: { dynamodb: down, sns: down }, status: 'unhealthy' },
  ] satisfies { what: string; probes: Partial<Record<string, Probe>>; status: string }[])(
    'says $status when $what',
    async ({ probes, status }) => {
      expect((await setup(probes).check()).status).toBe(status);
    },
  );

  it('caches its report for 30 seconds, then checks again', async () => {
    const { clock, check, probes } = setup();
    await check();

    await clock.advance(29_999);
    await check();
    expect(probes.dynamodb).toHaveBeenCalledTimes(1);

    await clock.advance(1);
    await check();
    expect(probes.dynamodb).toHaveBeenCalledTimes(2);
  });

  it('checks once for concurrent requests', async () => {
    const { check, probes } = setup();

    const reports = await Promise.all([check(), check(), check()]);

    expect(probes.dynamodb).toHaveBeenCalledTimes(1);
    expect(new Set(reports).size).toBe(1);
  });

  it('aborts the check of a dependency after two seconds', async () => {
    let aborted = false;
    const silent: Probe = (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(new Error('aborted'));
        });
      });
    const { clock, check } = setup({ sns: silent });

    const checking = check();
    await clock.advance(2_000);
    const { checks } = await checking;

    expect(aborted).toBe(true);
    expect(checks.sns).toEqual({ status: 'failed', ms: 2_000 });
  });

  it('leaves no timer running (F19)', async () => {
    const { clock, check } = setup();

    await check();

    expect(clock.sleepers()).toBe(0);
  });

  it('reports failed for a probe that throws synchronously', async () => {
    const { check, log } = setup({
      ssm: () => {
        throw new Error('at once');
      },
    });

    expect((await check()).checks.ssm.status).toBe('failed');
    expect(log.at('warn').map(({ fields }) => fields.check)).toEqual(['ssm']);
  });
});

it.each([
  { state: undefined, status: 'ok' },
  { state: 'closed', status: 'ok' },
  { state: 'half_open', status: 'degraded' },
  { state: 'open', status: 'failed' },
] as const)('a breaker that is $state counts as $status', ({ state, status }) => {
  expect(statusOfBreaker(state && { state })).toBe(status);
});

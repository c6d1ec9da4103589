import { describe, expect, it } from 'vitest';
import type { Flag, SystemState } from '#handlers/web/app/api/responses.ts';
import { attentionOf } from '#handlers/web/app/overview/attention.ts';
import type {
  AttentionSources,
  WatchedSchedule,
} from '#handlers/web/app/overview/attention-kind.ts';

const NOW = Date.UTC(2026, 2, 2, 12);
const HOUR_MS = 3_600_000;
const ago = (hours: number) => new Date(NOW - hours * HOUR_MS).toISOString();

const OK = { status: 'ok', ms: 3 } as const;
const aSystem = (fields: Partial<SystemState> = {}): SystemState => ({
  timestamp: ago(0),
  stage: 'dev',
  version: '75da13f',
  health: { status: 'healthy', checks: { dynamodb: OK, sns: OK, ssm: OK, ntfy: OK, policy: OK } },
  breakers: [],
  queues: [{ name: 'messages', waiting: 3, in_flight: 1, dead_letters: 0 }],
  sweeper: { last_tick_at: ago(0), age_seconds: 30 },
  missing_parameters: [],
  missing_secrets: [],
  unavailable: [],
  ...fields,
});

const aFlag = (fields: Partial<Flag> = {}): Flag => ({
  name: 'notifications',
  enabled: true,
  default: true,
  is_understood: true,
  enabled_for: null,
  reason: null,
  until: null,
  changed_at: ago(2),
  age_seconds: 7_200,
  version: 3,
  meaning: 'off holds every push until it is on again',
  ...fields,
});

const aSchedule = (fields: Partial<WatchedSchedule> = {}): WatchedSchedule => ({
  id: 'sched_1',
  name: 'tea',
  status: 'active',
  health: 'up',
  ...fields,
});

const aBreaker = (fields: Partial<NonNullable<SystemState['breakers']>[number]> = {}) => ({
  ...{ service: 'ntfy', state: 'closed' as const, reason: null, failures: 0 },
  ...{ opened_at: null, next_trial_at: null },
  ...fields,
});

const inMinutes = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
const anApproval = (id: string, minutes: number) => ({
  id,
  title: 'Book a tee time',
  status: 'pending' as const,
  expires_at: inMinutes(minutes),
});

const wellSources = (): AttentionSources => ({
  approvals: { approvals: [], hasMore: false },
  effects: [],
  failed: { messages: [], hasMore: false },
  schedules: [aSchedule()],
  system: aSystem(),
  flags: [aFlag()],
});

const found = (sources: Partial<AttentionSources>) =>
  attentionOf({ ...wellSources(), ...sources }, NOW);
const textsOf = (sources: Partial<AttentionSources>) => found(sources).map(({ text }) => text);
const failure = (error_code: string, id = 'msg_1') => ({ id, error_code, updated_date: ago(1) });

describe('attentionOf', () => {
  it('finds nothing when all is well', () => {
    expect(found({})).toEqual([]);
  });

  it('finds nothing in sources that were not read', () => {
    const unread = {
      ...{ approvals: undefined, effects: undefined, failed: undefined },
      ...{ schedules: undefined, system: undefined, flags: undefined },
    };

    expect(found(unread)).toEqual([]);
  });

  it('puts an approval that waits first, with its time and a way to decide', () => {
    const approvals = { approvals: [anApproval('appr_1', 12)], hasMore: false };
    const [first, second] = found({
      approvals,
      failed: { messages: [failure('HTTP_5XX')], hasMore: false },
    });

    expect(first).toMatchObject({
      label: 'Waits',
      text: '“Book a tee time” waits for approval. It expires in 12 min.',
      href: '/approvals/appr_1',
    });
    expect(second?.key).toBe('failed');
  });

  it('counts approvals, with the time of the one that expires first, and leaves out expired ones', () => {
    const approvals = [anApproval('a', 12), anApproval('b', 3), anApproval('c', -1)];

    expect(found({ approvals: { approvals, hasMore: true } })).toMatchObject([
      {
        text: '2+ approvals wait for a decision. The first one expires in 3 min.',
        href: '/approvals',
      },
    ]);
    expect(found({ approvals: { approvals: approvals.slice(2), hasMore: false } })).toEqual([]);
  });

  it('leads to the effect whose outcome is not known, or to all of them', () => {
    const effects = ['eff_1', 'eff_2'].map((effect_id) => ({
      effect_id,
      operation: 'book_tee_time',
    }));

    expect(found({ effects: effects.slice(0, 1) })).toMatchObject([
      {
        tone: 'bad',
        text: 'It is not known whether “Book tee time” happened.',
        href: '/effects/eff_1',
      },
    ]);
    expect(found({ effects })).toMatchObject([
      { text: 'It is not known whether 2 effects happened.', href: '/effects?status=unknown' },
    ]);
  });

  it('finds nothing in parts of the system that are unavailable', () => {
    const parts = { breakers: null, queues: null, sweeper: null };
    const missing = { missing_parameters: null, missing_secrets: null };

    expect(found({ system: aSystem({ ...parts, ...missing }) })).toEqual([]);
  });

  it('lists problems before what may be intended', () => {
    const sources = {
      flags: [aFlag({ enabled: false })],
      system: aSystem({
        breakers: [aBreaker({ state: 'half_open' }), aBreaker({ state: 'open' })],
      }),
    };

    expect(found(sources).map(({ tone }) => tone)).toEqual(['bad', 'warn', 'warn']);
  });
});

describe('failed messages', () => {
  it('links one failed message', () => {
    const failed = { messages: [failure('EXPIRED', 'msg_7')], hasMore: false };

    expect(found({ failed })).toMatchObject([
      { text: '1 message failed in the last 24 hours: EXPIRED.', href: '/messages/msg_7' },
    ]);
  });

  it('counts several by their code, the most frequent first', () => {
    const messages = [failure('EXPIRED'), failure('NTFY_REFUSED'), failure('NTFY_REFUSED')];

    expect(found({ failed: { messages, hasMore: true } })).toMatchObject([
      {
        text: '3+ messages failed in the last 24 hours: 2 × NTFY_REFUSED and 1 × EXPIRED.',
        href: '/failed',
      },
    ]);
  });
});

describe('schedules', () => {
  it.each([
    {
      schedule: aSchedule({ health: 'down', problem: 'hung', down_since: ago(2) }),
      text: 'The schedule tea is down for 2 h: a run takes too long.',
    },
    {
      schedule: aSchedule({ health: 'down', status: 'error' }),
      text: 'The schedule tea is down: EventBridge Scheduler rejects it.',
    },
    {
      schedule: aSchedule({ health: 'late' }),
      text: 'The schedule tea is late: a fire is due, and did not arrive yet.',
    },
  ])('says “$text”', ({ schedule, text }) => {
    expect(found({ schedules: [schedule] })).toMatchObject([{ text, href: '/schedules/sched_1' }]);
  });

  it('groups several that are down', () => {
    const schedules = ['a', 'b', 'c', 'd', 'e'].map((name) => aSchedule({ name, health: 'down' }));

    expect(found({ schedules })).toMatchObject([
      { text: '5 schedules are down: a, b, c and 2 more.', href: '/schedules?health=down' },
    ]);
  });
});

describe('the system', () => {
  it.each([
    {
      system: { breakers: [aBreaker({ state: 'open', reason: 'credentials' })] },
      text: 'ntfy is not called: it rejects our credentials.',
    },
    {
      system: { breakers: [aBreaker({ state: 'half_open' })] },
      text: 'ntfy is tried again: calls failed.',
    },
    {
      system: {
        breakers: [aBreaker({ state: 'open', reason: 'failures', next_trial_at: ago(1) })],
      },
      text: 'ntfy is tried again: calls failed several times in a row.',
    },
    {
      system: { queues: [{ name: 'fires', waiting: 0, in_flight: 0, dead_letters: 1 }] },
      text: '1 dead letter in queue fires.',
    },
    {
      system: { sweeper: { last_tick_at: ago(1), age_seconds: 3_600 } },
      text: 'The sweeper has not run for 1 h. Retries do not happen.',
    },
    {
      system: { sweeper: { last_tick_at: null, age_seconds: null } },
      text: 'The sweeper has not run yet.',
    },
    {
      system: {
        missing_parameters: [
          { name: 'home', needed_for: 'weather forecasts', command: 'make set' },
        ],
      },
      text: 'The parameter home is missing, needed for weather forecasts.',
    },
  ])('says “$text”', ({ system, text }) => {
    expect(textsOf({ system: aSystem(system) })).toEqual([text]);
  });

  it('accepts a sweeper that ran within five minutes', () => {
    const sweeper = { last_tick_at: ago(0), age_seconds: 300 };

    expect(found({ system: aSystem({ sweeper }) })).toEqual([]);
  });

  it('names dependencies that failed, but leaves ntfy to its breaker', () => {
    const failed = { status: 'failed', ms: 2_000 } as const;
    const checks = { dynamodb: OK, sns: failed, ssm: failed, ntfy: failed, policy: failed };

    expect(textsOf({ system: aSystem({ health: { status: 'degraded', checks } }) })).toEqual([
      'SNS and SSM do not answer.',
    ]);
  });
});

it('names a policy that is not valid', () => {
  const failed = { status: 'failed', ms: 2_000 } as const;
  const checks = { dynamodb: OK, sns: OK, ssm: OK, ntfy: OK, policy: failed };

  expect(textsOf({ system: aSystem({ health: { status: 'degraded', checks } }) })).toEqual([
    expect.stringContaining('The parameter policy is not valid.'),
  ]);
});

describe('flags', () => {
  it('are not worth a word while web actions are carried out', () => {
    const flag = aFlag({ name: 'dry-run', enabled: false, default: true });

    expect(found({ flags: [flag] })).toEqual([]);
  });

  it('says what a flag that is off does, and quotes the reason', () => {
    const flags = [aFlag({ enabled: false, reason: 'the phone is being replaced' })];

    expect(found({ flags })).toMatchObject([
      {
        text: 'The flag notifications is off for 2 h: it holds every push until it is on again.',
        quote: 'the phone is being replaced',
      },
    ]);
  });

  it('ignores a flag that is off by default', () => {
    expect(found({ flags: [aFlag({ enabled: false, default: false })] })).toEqual([]);
  });

  it.each([
    { version: 0, problem: 'has no value' },
    { version: 4, problem: 'has a value that cannot be read' },
  ])('says that a flag of version $version $problem', ({ version, problem }) => {
    expect(textsOf({ flags: [aFlag({ is_understood: false, version })] })).toEqual([
      `The flag notifications ${problem}: its default (on) is used.`,
    ]);
  });

  it('says when the planned end has passed', () => {
    expect(textsOf({ flags: [aFlag({ enabled: false, until: ago(1) })] })).toEqual([
      'The flag notifications is off for 2 h: it holds every push until it is on again. This was planned to end 1 h ago.',
    ]);
  });
});

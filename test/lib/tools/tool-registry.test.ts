import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { defineOperation } from '#lib/actions/action.ts';
import { OPERATIONS } from '#lib/actions/catalogue.ts';
import { listedEndpoints } from '#lib/actions/http/list-endpoints.ts';
import { ROLES } from '#lib/identity/roles.ts';
import { actionTools } from '#lib/tools/action-tools.ts';
import { PLATFORM_TOOLS } from '#lib/tools/platform-tools.ts';
import { toolRegistry } from '#lib/tools/tool-registry.ts';
import { anEndpoint, aPlainEndpoint } from '#test/lib/actions/http/endpoint-builder.ts';

const ENDPOINTS = listedEndpoints(
  new Map([
    ['kitchen-light', JSON.stringify(anEndpoint())],
    ['front-door', JSON.stringify(anEndpoint({ approval: true }))],
    ['status', JSON.stringify(aPlainEndpoint())],
  ]),
);
const registry = toolRegistry(ENDPOINTS);
const ALL = registry.list(['admin']);

/**
 * Role, hint, and other names. A new tool needs no row here: an operation follows the rules of operations, and the table in
 * docs/guides/assistants.md has every tool of the platform.
 */
const TABLE: Readonly<Record<string, readonly [string, string, ...string[]]>> = {
  get_weather_forecast: ['operator', 'read', 'get_weather'],
  golf_search_tee_times: ['operator', 'read'],
  golf_book_tee_time: ['operator', 'destructive'],
  golf_fetch_reservations: ['operator', 'read', 'golf_get_reservations'],
  golf_cancel_reservation: ['operator', 'destructive'],
  'http_kitchen-light': ['operator', 'additive'],
  'http_front-door': ['operator', 'additive'],
  http_status: ['operator', 'read'],
  send_notification: ['operator', 'additive', 'send_push_notification'],
  list_messages: ['viewer', 'read'],
  get_run: ['viewer', 'read'],
  redrive_message: ['operator', 'additive'],
  list_schedules: ['viewer', 'read'],
  preview_schedule: ['viewer', 'read'],
  create_schedule: ['operator', 'additive'],
  update_schedule: ['operator', 'destructive'],
  pause_schedule: ['operator', 'destructive'],
  resume_schedule: ['operator', 'additive'],
  delete_schedule: ['operator', 'destructive'],
  run_schedule: ['operator', 'additive'],
  get_metrics: ['viewer', 'read'],
  list_approvals: ['viewer', 'read'],
};

const isInTable = (name: string): boolean => Object.hasOwn(TABLE, name);
const isOfPlatform = (name: string): boolean => PLATFORM_TOOLS.some((tool) => tool.name === name);

describe('the tools', () => {
  it('have the names, roles, hints and aliases of the table, in this order', () => {
    const told = ALL.map(({ name, role, hint, aliases = [] }) => [name, [role, hint, ...aliases]]);

    expect(told.filter(([name]) => isInTable(String(name)))).toEqual(Object.entries(TABLE));
  });

  it('are those of the table and of the platform, and operations of the catalogue for operators', () => {
    const others = ALL.filter(({ name }) => !isInTable(name) && !isOfPlatform(name));
    const ofCatalogue = OPERATIONS.map(({ action, operation }) => `${action}_${operation}`);

    expect(others.filter(({ name }) => !ofCatalogue.includes(name))).toEqual([]);
    expect(others.filter(({ role }) => role !== 'operator')).toEqual([]);
  });

  it.each(Object.entries(TABLE))(
    'find %s by its name and its aliases',
    (name, [, , ...aliases]) => {
      for (const one of [name, ...aliases]) expect(registry.find(one)?.name).toBe(name);
    },
  );

  it.each(['', 'nothing', 'GET_RUN', 'constructor', '__proto__', 'http_call', 'http_nothing'])(
    'find nothing for %j',
    (name) => {
      expect(registry.find(name)).toBeUndefined();
    },
  );

  it('have well-formed names that occur once, aliases included', () => {
    const names = ALL.flatMap(({ name, aliases = [] }) => [name, ...aliases]);

    expect(names.filter((name) => !/^[a-z][a-z0-9_-]{0,63}$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are those of people with no role, a role, or several', () => {
    const namesOf = (...roles: Parameters<typeof registry.list>[0]) =>
      registry.list(roles).map(({ name }) => name);
    const ofViewers = ALL.flatMap(({ name, role }) => (role === 'viewer' ? [name] : []));

    expect(namesOf()).toEqual([]);
    expect(namesOf('viewer')).toEqual(ofViewers);
    const all = ALL.map(({ name }) => name);
    expect(namesOf('operator')).toEqual(all);
    expect(namesOf('viewer', 'operator')).toEqual(all);
    expect(namesOf(...ROLES)).toEqual(all);
  });

  it('are idempotent if they read, if their effect happens once, or if a status is only set', () => {
    const idempotent = ALL.filter(({ name, isIdempotent }) => isIdempotent && isInTable(name)).map(
      ({ name }) => name,
    );
    const reads = Object.keys(TABLE).filter((name) => TABLE[name]?.[1] === 'read');

    expect(idempotent.sort()).toEqual(
      [
        ...reads,
        ...['golf_book_tee_time', 'golf_cancel_reservation'],
        ...['pause_schedule', 'resume_schedule', 'delete_schedule'],
      ].sort(),
    );
  });

  it('join repeated calls of what needs an approval', () => {
    const exclusive = ALL.filter((tool) => tool.kind === 'message' && tool.isExclusive);

    expect(exclusive.map(({ name }) => name).filter(isInTable)).toEqual([
      'golf_book_tee_time',
      'golf_cancel_reservation',
      'http_front-door',
    ]);
    for (const { description } of exclusive) expect(description).toContain('must approve it first');
  });
});

describe('an operation of the catalogue', () => {
  const feedCat = defineOperation({
    action: 'cat',
    operation: 'feed',
    title: 'Feed the cat',
    description: 'Opens the feeder. Grams.',
    input: z.strictObject({ grams: z.int().check(z.describe('How much. Grams.')) }),
    output: z.strictObject({ left_grams: z.int().check(z.describe('What is left. Grams.')) }),
    examples: [{ grams: 40 }],
    effect: 'reversible',
    services: [],
    auth: 'none',
    present: () => [],
    run: async () => ({ left_grams: 0 }),
  });

  it('is a tool without another line of code', () => {
    const tool = actionTools([...OPERATIONS, feedCat]).at(-1);

    expect(tool).toMatchObject({
      kind: 'message',
      name: 'cat_feed',
      title: 'Feed the cat',
      description: 'Opens the feeder. Grams.',
      role: 'operator',
      hint: 'additive',
      input: { properties: { grams: { type: 'integer', description: 'How much. Grams.' } } },
    });
    expect(tool?.output).toHaveProperty('properties.data.properties.left_grams.type', 'integer');
    expect(tool?.draftOf({ grams: 40 })).toEqual({
      message_type: 'web_action',
      payload: { version: '1.0', action: 'cat', grams: 40 },
      arguments: { operation: 'feed' },
    });
  });

  it('never has the name of an endpoint', () => {
    const names = actionTools([...OPERATIONS, feedCat]).map(({ name }) => name);

    expect(names.filter((name) => name.startsWith('http_'))).toEqual([]);
  });
});

import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { dateText, localDayOf } from '#lib/actions/golf/local-day.ts';
import { DAY_MS } from '#lib/platform/clock.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { callApi } from '#scripts/call-api.ts';
import { listSchedules } from '#scripts/list-schedules.ts';
import type { TargetPlatform } from '#scripts/target-platform.ts';
import { parameterName, putParameter } from './contents.ts';

/** The zone of the home that a new platform has. */
const timezone = 'America/New_York';

/** Books only when a person runs it. */
const PAUSED = 'saturday-tee-time';

const SATURDAY = 6;

/** The next Saturday after today in the zone. yyyy-mm-dd */
const nextSaturday = (nowMs: number): string => {
  const todayMs = localDayOf(nowMs, zoneOf(timezone));
  const days = (SATURDAY - new Date(todayMs).getUTCDay() + 7) % 7 || 7;
  return dateText(todayMs + days * DAY_MS);
};

/** Schedules of a new platform on this machine, so that it has something to show. */
export const seededSchedules = (nowMs: number) => [
  {
    name: 'morning-weather',
    description: 'The forecast for home, every morning.',
    schedule_expression: 'cron(0 7 * * ? *)',
    timezone,
    target_type: 'web_action',
    target: {
      message_type: 'web_action',
      payload: { version: '1.0', action: 'weather', days: 1 },
      arguments: { operation: 'get_forecast' },
    },
  },
  {
    name: 'weekly-digest',
    description: 'What the platform did on Sunday.',
    schedule_expression: 'cron(0 20 ? * SUN *)',
    timezone,
    target_type: 'scheduled',
    target: {
      message_type: 'scheduled',
      payload: { title: 'The Sunday digest' },
      arguments: { operation: 'digest' },
    },
  },
  {
    name: PAUSED,
    description:
      'Books a tee time at the local East Course for Saturday, after a yes. Run it by hand.',
    schedule_expression: `at(${nextSaturday(nowMs)}T05:00:00)`,
    timezone,
    target_type: 'web_action',
    target: {
      message_type: 'web_action',
      payload: {
        ...{ version: '1.0', action: 'golf', course: 'east', date: nextSaturday(nowMs) },
        ...{ from: '09:00', to: '12:00', players: 2, max_total_cents: 20_000, auto_book: true },
      },
      arguments: { operation: 'search_tee_times' },
    },
  },
];

/** Names the schedules that were created. It is in the state of the platform, so an empty platform gets all of them. */
const SEEDED = 'seeded-schedules';
const Names = z.array(z.string());
const Created = z.object({ id: z.string() });

/**
 * Creates the schedules that this platform never had. A schedule that a person changed or deleted stays as it is.
 * @returns the names of the new schedules
 */
export const seedSchedules = async (
  ssm: SSMClient,
  open: () => Promise<TargetPlatform>,
  nowMs: number,
): Promise<string[]> => {
  const before = await seededNames(ssm);
  const missing = seededSchedules(nowMs).filter(({ name }) => !before.includes(name));
  if (missing.length === 0) return [];
  const platform = await open();
  // A start that was stopped may have created some.
  const existing = new Set((await listSchedules(platform)).map(({ name }) => name));
  const created = missing.filter(({ name }) => !existing.has(name));
  for (const body of created) {
    const { id } = await callApi({ ...platform, path: '/api/schedules', body }, Created);
    if (body.name !== PAUSED) continue;
    const reason = { reason: 'it books only when you run it' };
    await callApi({ ...platform, path: `/api/schedules/${id}/pause`, body: reason }, Created);
  }
  const names = [...before, ...missing.map(({ name }) => name)];
  await putParameter(ssm, SEEDED, JSON.stringify(names));
  return created.map(({ name }) => name);
};

const seededNames = async (ssm: SSMClient): Promise<string[]> => {
  try {
    const Name = parameterName(SEEDED);
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
    return z.parse(Names, JSON.parse(Parameter?.Value ?? '[]'));
  } catch (error) {
    if (error instanceof ParameterNotFound) return [];
    throw error;
  }
};

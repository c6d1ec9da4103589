import { request } from '#handlers/web/app/api/request.ts';
import type {
  ApiSchedule,
  EffectList,
  FlagList,
  MessageList,
  Metrics,
  ScheduleList,
  SystemState,
} from '#handlers/web/app/api/responses.ts';
import { type FailedLately, useFailedLately } from '#handlers/web/app/state/failed-lately.ts';
import {
  type PendingApprovals,
  usePendingApprovals,
} from '#handlers/web/app/state/pending-approvals.ts';
import { LIVE_POLL_MS, type Resource, useResource } from '#handlers/web/app/state/use-resource.ts';

/** What the overview reads. Each part loads and fails on its own. */
export interface OverviewSources {
  approvals: Resource<PendingApprovals>;
  /** Those whose outcome is not known. */
  effects: Resource<EffectList>;
  failed: Resource<FailedLately>;
  schedules: Resource<readonly ApiSchedule[]>;
  system: Resource<SystemState>;
  flags: Resource<FlagList>;
  metrics: Resource<Metrics>;
  newest: Resource<MessageList>;
}

/** The time between two reads of what changes by the minute. Milliseconds. */
const SLOW_POLL_MS = 15_000;
const MAX_SCHEDULES = 100;
/** Of these messages, those that began a run are shown. */
const NEWEST = 30;

/** Reads everything that the overview shows. */
export const useOverviewSources = (hours: string): OverviewSources => ({
  approvals: usePendingApprovals(),
  effects: useResource('effects', read<EffectList>('/api/effects', { status: 'unknown' }), {
    pollMs: SLOW_POLL_MS,
  }),
  failed: useFailedLately(),
  schedules: useResource('schedules', readSchedules, { pollMs: SLOW_POLL_MS }),
  system: useResource('system', read<SystemState>('/api/system'), { pollMs: SLOW_POLL_MS }),
  flags: useResource('flags', read<FlagList>('/api/flags'), { pollMs: SLOW_POLL_MS }),
  metrics: useResource(`metrics ${hours}`, read<Metrics>('/api/metrics', { time_range: hours }), {
    pollMs: SLOW_POLL_MS,
  }),
  newest: useResource('newest', read<MessageList>('/api/messages', { limit: NEWEST }), {
    pollMs: LIVE_POLL_MS,
  }),
});

const read =
  <Body>(path: string, query: Readonly<Record<string, string | number>> = {}) =>
  async (signal: AbortSignal): Promise<Body> =>
    (await request<Body>('GET', path, { query, signal })).body;

/** The schedules that can fire, and those that EventBridge Scheduler rejects. */
const readSchedules = async (signal: AbortSignal): Promise<readonly ApiSchedule[]> => {
  const pages = await Promise.all(
    ['active', 'error'].map((status) =>
      read<ScheduleList>('/api/schedules', { status, limit: MAX_SCHEDULES })(signal),
    ),
  );
  return pages.flatMap(({ data }) => data);
};

import { createPublisher } from '#lib/bus/topics.ts';
import { metricsReports } from '#lib/counters/metrics-report.ts';
import { listApprovals } from '#lib/data/approvals/approval-lists.ts';
import { findApproval } from '#lib/data/approvals/approvals.ts';
import { countCalls } from '#lib/data/call-rates.ts';
import { findEffect } from '#lib/data/effects/effects.ts';
import { findRun } from '#lib/data/messages/find-run.ts';
import { listMessages } from '#lib/data/messages/message-lists.ts';
import { checkStore, find } from '#lib/data/messages/messages.ts';
import { findSchedulePage } from '#lib/data/schedules/schedule-lists.ts';
import { findSchedulesByName } from '#lib/data/schedules/schedule-names.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { produce } from '#lib/engine/produce.ts';
import { redrive } from '#lib/engine/redrive.ts';
import { signInAtPool } from '#lib/identity/sign-in/user-pool.ts';
import { TOPICS } from '#lib/messages/routes.ts';
import { SECOND_MS, systemClock } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { lazily } from '#lib/platform/lazily.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { requireSchedule } from '#lib/schedules/require-schedule.ts';
import { protocol } from './protocol.ts';
import type { McpDeps } from './routes.ts';

const clock = systemClock;
const publisher = createPublisher('mcp', TOPICS);
const PUBLIC_URL = env('PUBLIC_URL');

const loadTools = lazily(async () => {
  const [{ endpointCache }, { parseEndpoint }, { listedEndpoints }, { toolRegistry }] =
    await Promise.all([
      import('#lib/config/endpoints.ts'),
      import('#lib/actions/http/endpoint.ts'),
      import('#lib/actions/http/list-endpoints.ts'),
      import('#lib/tools/tool-registry.ts'),
    ]);
  const endpoints = endpointCache({ clock, check: parseEndpoint });
  const tools = async (log: Logger) => {
    try {
      return toolRegistry(listedEndpoints(await endpoints(log).list()));
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'unavailable') throw error;
      log.warn({ err: error }, 'endpoints not listed');
      return toolRegistry([]);
    }
  };
  return { endpoints, tools };
});

/** The real dependencies of the routes. `index.ts` loads this module in INIT, and the AWS clients with it. */
export const mcpDeps: McpDeps = {
  clock,
  origins: [...env('ALLOWED_ORIGINS'), PUBLIC_URL],
  maxWaitMs: env('MCP_MAX_WAIT_SECONDS') * SECOND_MS,
  tools: async (log) => (await loadTools()).tools(log),
  findEndpoint: async (name, log) => (await loadTools()).endpoints(log).find(name),
  countCalls,
  find,
  findApproval,
  produce: (message, log) => produce(message, { publisher, clock, log }),
  schedules: {
    find: requireSchedule,
    findAny: findSchedule,
    findByName: findSchedulesByName,
  },
  platform: {
    clock,
    find,
    listMessages,
    findRun,
    findSchedulePage,
    listApprovals,
    findApproval,
    findEffect,
    readMetrics: metricsReports({ clock }),
    redrive: (id, why, log) => redrive(id, why, { publisher, clock, log }),
  },
  respond: protocol(env('VERSION')),
  publicUrl: PUBLIC_URL,
  loginOrigin: new URL(env('LOGIN_URL')).origin,
  signIn: signInAtPool({
    loginUrl: env('LOGIN_URL'),
    // The API of the pool has the origin of its key set.
    poolUrl: new URL(env('JWKS_URL')).origin,
    clientId: env('USER_POOL_CLIENT_ID'),
    // The host of an assistant gets the access token, and needs nothing about the person.
    scope: 'openid',
    localOrigins: env('LOCAL_ORIGINS'),
  }),
};

/** Opens the connections of a call, and loads the tools. */
export const openConnections = (signal: AbortSignal): Promise<unknown> =>
  Promise.all([checkStore(signal), loadTools()]);

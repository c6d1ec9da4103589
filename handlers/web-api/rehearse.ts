import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { rehearsePublish } from '#lib/bus/rehearsal.ts';
import { rehearseAdding } from '#lib/data/counters/hours.ts';
import { rehearseSpawn } from '#lib/engine/rehearse-spawn.ts';
import { log } from '#lib/platform/log.ts';
import { type ApiDeps, operationOf } from './operation.ts';
import { createMessage } from './routes.ts';

const TIMEOUT_MS = 1_000;

/** What a post takes, step by step, and the pipeline around it; nothing is put, and nobody is told of anything. */
export const rehearse = (
  deps: ApiDeps,
  pipeline: (request: APIGatewayProxyEventV2) => Promise<unknown>,
) =>
  Promise.all([
    rehearsePublish(),
    rehearseSpawn(),
    // Beside the one before: a post counts while it marks, over a connection of its own.
    rehearseAdding({ timeoutMs: TIMEOUT_MS }),
    rehearsePost({ ...deps, produce: async (message) => message }),
    pipeline(PREFLIGHT),
  ]);

const ALWAYS_ON = {
  enabled: true,
  enabledFor: undefined,
  reason: undefined,
  until: undefined,
  fresh: true,
};

/** From draft to answer. */
const rehearsePost = async (deps: ApiDeps) => {
  const { run } = await operationOf(createMessage);
  return run(
    {
      caller: 'user:local',
      params: {},
      query: new URLSearchParams(),
      body: { message_type: 'manual', payload: { message: 'rehearsal' } },
      correlationId: 'rehearsal',
      log,
      cursorKey: undefined,
      refreshToken: undefined,
      flags: { 'manual-messages': ALWAYS_ON },
    },
    deps,
  );
};

/** A request that every link of the pipeline sees and no operation: it is answered without a log line. */
const PREFLIGHT = {
  version: '2.0',
  rawPath: '/',
  rawQueryString: '',
  headers: {},
  isBase64Encoded: false,
  requestContext: { http: { method: 'OPTIONS', path: '/' } },
} as APIGatewayProxyEventV2;

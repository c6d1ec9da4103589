import middy from '@middy/core';
import { onTestFinished } from 'vitest';
import type { Authentication } from '#lib/credentials/authentication.ts';
import { credentialCache } from '#lib/credentials/credentials.ts';
import type { CallService } from '#lib/credentials/request-token.ts';
import { allowedOrigins } from '#lib/http/allowed-origins.ts';
import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';
import type { StoredBreaker } from '#lib/http/breaker/breaker-schema.ts';
import { circuitBreaker } from '#lib/http/breaker/circuit-breaker.ts';
import { verdictOfStatus } from '#lib/http/breaker/verdict.ts';
import { httpClient } from '#lib/http/client.ts';
import { outbound } from '#lib/http/outbound.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import type { Service } from '#lib/http/service.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { secrets } from '#middleware/secrets.ts';
import { capturingLog } from '#test/support/log.ts';
import { installSecretsManager } from '#test/support/secrets-manager.ts';

const START_MS = Date.parse('2026-07-06T14:30:00Z');

/** The row of a breaker. */
const memoryStore = () => {
  let row: StoredBreaker | undefined;
  return {
    row: () => row,
    store: {
      read: async () => row,
      write: async (_: string, state: object, { seen }: { seen: StoredBreaker | undefined }) => {
        if (row?.version !== seen?.version) return undefined;
        row = { ...state, version: (seen?.version ?? 0) + 1 } as StoredBreaker;
        return row;
      },
      addName: async () => {},
    },
  };
};

export interface WorldOptions {
  service: Service;
  authentication: Authentication;
  /** Values by name in Secrets Manager. */
  values?: Readonly<Record<string, string>>;
  /** A clock that the service uses, too. */
  clock?: { ms: number };
}

/** A service behind a breaker, with the credentials of the platform: everything is real except for time and AWS. */
export const credentialWorld = async (options: WorldOptions) => {
  const { service, authentication, values = {}, clock: time = { ms: START_MS } } = options;
  const clock = { now: () => time.ms, sleep: systemClock.sleep };
  const log = capturingLog();
  const manager = installSecretsManager(values);
  onTestFinished(manager.uninstall);
  const handler = middy()
    .use(correlationId({ log }))
    .use(secrets({ clock }))
    .handler(async (_event, context) => context.secrets);
  const readSecret = await handler({}, { awsRequestId: 'req-1' } as never);
  const { store, row } = memoryStore();
  const breaker = circuitBreaker({ service: service.name, failOpen: true, clock, log, store });
  const client = httpClient({
    allowed: allowedOrigins([service.origin], [service.origin]),
    clock,
  });
  const verdicts: Verdict[] = [];

  const send = (
    to: Service,
    { path, ...request }: Omit<Parameters<CallService>[1], 'judge' | 'expects'>,
    judge: (response: HttpResponse) => Verdict | undefined,
  ) =>
    outbound({
      client,
      breaker,
      tryMs: 5_000,
      retries: 0,
      clock,
      judge: (response) => {
        const verdict = judge(response) ?? verdictOfStatus(response.status);
        verdicts.push(verdict);
        return verdict;
      },
    })({ ...request, url: `${to.origin}${path}` });

  const credentials = credentialCache({ clock, log })({
    readSecret,
    call: (to, { judge, expects: _, ...request }) => send(to, request, judge),
  });
  const limits = () => ({
    deadlineMs: time.ms + 30_000,
    signal: new AbortController().signal,
  });

  /** Calls the service as an action does: a 401 on a cached token is tried once more. */
  const get = async (path: string, headers: () => Record<string, string> = () => ({})) => {
    for (let tries = 1; ; tries += 1) {
      const authorization = await credentials.authorize(service, authentication, limits());
      const response = await send(
        service,
        {
          method: 'GET',
          path,
          headers: { ...headers(), ...authorization.headers },
          repeatable: true,
          ...limits(),
        },
        ({ status }) => (status === 401 && authorization.isCached ? 'neutral' : undefined),
      );
      if (response.status !== 401) return response.status;
      credentials.drop(service, authentication);
      if (!authorization.isCached || tries === 2) return response.status;
    }
  };

  return {
    time,
    log,
    manager,
    verdicts,
    breaker: row,
    credentials,
    authorize: () => credentials.authorize(service, authentication, limits()),
    drop: () => credentials.drop(service, authentication),
    get,
    limits,
  };
};

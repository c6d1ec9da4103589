import * as z from 'zod/mini';
import type { ActionContext, ActionParameter } from '#lib/actions/action.ts';
import { commitCall } from '#lib/actions/commit-call.ts';
import type { CommitContext, IrreversibleOperation } from '#lib/actions/irreversible.ts';
import type { ActionOperation } from '#lib/actions/operation.ts';
import { type Exchange, serviceCalls } from '#lib/actions/service-calls.ts';
import { serviceClient } from '#lib/actions/service-client.ts';
import { credentialCache } from '#lib/credentials/credentials.ts';
import { usedCredentials } from '#lib/credentials/used-credentials.ts';
import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';
import type { Breaker } from '#lib/http/breaker/circuit-breaker.ts';
import { verdictOfError, verdictOfStatus } from '#lib/http/breaker/verdict.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { capturingLog } from '#test/support/log.ts';

/** The services that an operation reaches, and how the platform is configured for them. */
export interface OutsideWorld {
  /** The origins on the loopback address. */
  origins: readonly string[];
  parameters?: Partial<Record<ActionParameter, string>>;
  /** The definitions of endpoints, by name. */
  endpoints?: Readonly<Record<string, unknown>>;
  /** The values of secrets, by short name. */
  secrets?: Readonly<Record<string, unknown>>;
  /** The time of the services. Default: now. */
  now?: string;
}

const BUDGET_MS = 60_000;

/** Runs operations with the HTTP client, the credentials and the judgement of responses of the platform, without retries. */
export const operationRun = (
  { origins, parameters, endpoints = {}, secrets = {}, now }: OutsideWorld,
  { timeoutMs = 30_000 } = {},
) => {
  const nowMs = now === undefined ? Date.now() : Date.parse(now);
  const clock = { now: () => nowMs, sleep: systemClock.sleep };
  const log = capturingLog();
  const exchanges: Exchange[] = [];
  const verdicts: Verdict[] = [];
  const { signal } = new AbortController();
  const scope = { deadlineMs: nowMs + BUDGET_MS, signal, correlationId: 'run-1' };

  const breaker: Pick<Breaker, 'guard'> = {
    guard: async (tryOnce, judge = ({ status }) => verdictOfStatus(status)) => {
      const trying = tryOnce({});
      verdicts.push(await trying.then(judge, verdictOfError));
      return trying;
    },
  };
  const send = serviceClient({
    breakerOf: () => breaker,
    clock,
    retries: 0,
    timeoutMs,
    localOrigins: origins,
  });
  const credentials = usedCredentials(
    credentialCache({ clock, log })({
      readSecret: async (name) => ({ value: secrets[name], isCached: true }),
      call: (service, request) => send(service, request, { ...scope, ...request }),
    }),
  );
  const onExchange = (exchange: Exchange) => void exchanges.push(exchange);
  const context: ActionContext = {
    messageId: 'msg_20261201153000_0000000000000000',
    ...scope,
    clock: { now: clock.now, sleep: async () => {} },
    log,
    configuration: {
      parameters: {
        contact: undefined,
        home: undefined,
        courses: undefined,
        services: undefined,
        ...parameters,
      },
      endpoint: async (name) =>
        Object.hasOwn(endpoints, name) ? JSON.stringify(endpoints[name]) : undefined,
    },
    call: serviceCalls({ send, credentials, scope, onExchange }),
    claims: async (service, authentication) =>
      (await credentials.authorize(service, authentication, scope)).claims ?? {},
    remember: (_memory, _schema, load) => load(),
    forget: async () => {},
  };

  const commitContext: CommitContext = {
    configuration: context.configuration,
    ...commitCall({
      clock,
      timeoutMs,
      localOrigins: origins,
      credentials,
      scope,
      onExchange,
      onVerdict: (verdict) => void verdicts.push(verdict),
    }),
  };
  let effects = 0;

  /** The steps of the ledger for an effect that nobody has planned yet. */
  const carryOut = async (operation: IrreversibleOperation, input: unknown): Promise<unknown> => {
    await operation.targetOf(input, context);
    effects += 1;
    const plan = await operation.prepare(input, context, {
      effectId: `eff_${effects}`,
      generation: 1,
      earlierMs: undefined,
      findConfirmed: async () => undefined,
    });
    return operation.outputOf(plan, await operation.commit(plan, commitContext));
  };

  return {
    context,
    commitContext,
    log,
    /** What rows of the results table contain. */
    exchanges,
    verdicts,
    run: async (operation: ActionOperation, input: unknown): Promise<unknown> => {
      const parsed = z.parse(operation.input, input);
      return operation.effect === 'irreversible'
        ? carryOut(operation, parsed)
        : operation.run(parsed, context);
    },
  };
};

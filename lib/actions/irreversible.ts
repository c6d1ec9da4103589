import * as z from 'zod/mini';
import type { Plan, Receipt } from '#lib/effects/effect-schema.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import type { Service } from '#lib/http/service.ts';
import type {
  ActionConfiguration,
  ActionContext,
  ErasedShapes,
  Fact,
  OperationShapes,
  OperationTexts,
  OutsideRequest,
} from './action.ts';

/** What the policy and an approval compare: the terms of a call. A rule with a term that a call lacks does not match. */
export interface Terms {
  course?: string;
  /** The local day of the effect, yyyy-mm-dd. */
  date?: string;
  /** The local time of the effect, HH:mm. */
  time?: string;
  players?: number;
  /** The most that may be paid. Cents. */
  max_total_cents?: number;
}

/** Which effect a call has, and what it counts against. */
export interface EffectTarget {
  /** The business key. Only one effect with the same key can stand. */
  key: readonly string[];
  /** What exactly is done. Two calls with the same key and subject want the same. */
  subject: string;
  /** Whose quota counts it, and the local day of the effect (yyyy-mm-dd). Absent: nothing counts it. */
  quota?: { owner: string; date: string };
}

/** An effect that stands. */
export interface ConfirmedEffect {
  effectId: string;
  subject: string;
  receipt: Receipt | undefined;
}

/** What `prepare` gets about the effect, besides the context. */
export interface Preparation {
  effectId: string;
  generation: number;
  /**
   * When the last run that may hold a lock of this generation began. A run that ended with `EFFECT_IN_PROGRESS` holds none.
   * Milliseconds since the Unix epoch.
   */
  earlierMs: number | undefined;
  /**
   * The confirmed effect of another operation of the action; `undefined` when there is none. It has no receipt when only a
   * person knows that it happened.
   * @throws AppError `unavailable` / `EFFECT_IN_PROGRESS` while its outcome is open
   */
  findConfirmed: (
    operation: string,
    key: readonly string[],
  ) => Promise<ConfirmedEffect | undefined>;
}

/** What `commit` gets: one try, without a breaker, without retries, with connections of its own. */
export interface CommitContext extends Pick<ActionContext, 'configuration'> {
  /**
   * @returns the response, except for one that does not say whether the call was carried out (5xx, 408)
   * @throws AppError `invalid` / `BLOCKED_BY_PROVIDER`, `unavailable` / `CREDENTIALS_REFUSED`: it was not carried out
   * @throws AppError `unavailable` otherwise; `sent` is false when no byte left
   */
  send: (service: Service, request: OutsideRequest) => Promise<HttpResponse>;
  claims: ActionContext['claims'];
}

/** Whether the service carried an effect out, as it says itself. */
export type Verification =
  | { is: 'confirmed'; receipt: Receipt }
  | { is: 'absent' }
  | { is: 'unclear' };

/** An operation that cannot be undone. The ledger of `lib/effects` calls these functions and decides when. */
export interface IrreversibleDefinition<Input, Output, Data>
  extends OperationTexts,
    OperationShapes<Input, Output> {
  /** What `prepare` stores for `commit` and `verify`. */
  plan: z.ZodMiniType<Data>;
  /**
   * The longest time after a call in which the service may still carry it out, plus the longest lag of its list. Minutes.
   */
  settleMinutes: number;
  /** The facts of a call, without any call. The approval, the pushes and a dry run show them. */
  describe: (input: Input, configuration: ActionConfiguration) => Promise<readonly Fact[]>;
  /** Without any call. */
  termsOf: (input: Input, configuration: ActionConfiguration) => Promise<Terms>;
  /** The service whose breaker admits the call. Its link is the provider's own page. */
  serviceOf: (input: Input, configuration: ActionConfiguration) => Promise<Service>;
  /** The effect of a call. May read who we are at the service. */
  targetOf: (input: Input, context: ActionContext) => Promise<EffectTarget>;
  /**
   * Runs after the yes. May lock and price; a lock expires by itself, and its session id derives from effect and generation.
   * @throws AppError `invalid`, `not-found`: the effect is rejected; `unavailable`: the message waits
   */
  prepare: (
    input: Input,
    context: ActionContext,
    preparation: Preparation,
  ) => Promise<Omit<Plan, 'data'> & { data: Data }>;
  /** Gives back what `prepare` locked. Best effort. */
  release?: (data: Data, context: ActionContext) => Promise<void>;
  /**
   * The one call that cannot be undone. It makes no other call that could fail first.
   * @throws AppError `invalid` / `REFUSED_BY_PROVIDER`, `BLOCKED_BY_PROVIDER` and `unavailable` / `CREDENTIALS_REFUSED`: it
   * was refused; an error with `sent` false: nothing happened; every other error: the outcome is unknown
   */
  commit: (data: Data, context: CommitContext) => Promise<Receipt>;
  /**
   * Asks the service whether an effect stands. An error counts as `unclear`.
   * @param excluded ids of receipts that do not prove it
   */
  verify: (
    data: Data,
    context: ActionContext,
    excluded: readonly string[],
  ) => Promise<Verification>;
  /** The output of a confirmed effect. */
  outputOf: (data: Data, receipt: Receipt) => Output;
}

/** An irreversible operation as the catalogue holds it: input, plan and output are checked inside. */
export interface IrreversibleOperation extends OperationTexts, ErasedShapes {
  effect: 'irreversible';
  settleMinutes: number;
  termsOf: (input: unknown, configuration: ActionConfiguration) => Promise<Terms>;
  serviceOf: (input: unknown, configuration: ActionConfiguration) => Promise<Service>;
  targetOf: (input: unknown, context: ActionContext) => Promise<EffectTarget>;
  prepare: (input: unknown, context: ActionContext, preparation: Preparation) => Promise<Plan>;
  release: (plan: Plan, context: ActionContext) => Promise<void>;
  commit: (plan: Plan, context: CommitContext) => Promise<Receipt>;
  verify: (
    plan: Plan,
    context: ActionContext,
    excluded: readonly string[],
  ) => Promise<Verification>;
  outputOf: (plan: Plan, receipt: Receipt) => unknown;
}

/** Defines an operation that cannot be undone. */
export const defineIrreversible = <Input, Output, Data>(
  definition: IrreversibleDefinition<Input, Output, Data>,
): IrreversibleOperation => {
  const inputOf = (input: unknown) => z.parse(definition.input, input);
  const dataOf = ({ data }: Plan) => z.parse(definition.plan, data);
  return {
    ...definition,
    effect: 'irreversible',
    describe: async (input, configuration) => definition.describe(inputOf(input), configuration),
    check: async (input, configuration, time) =>
      definition.check?.(inputOf(input), configuration, time),
    termsOf: async (input, configuration) => definition.termsOf(inputOf(input), configuration),
    serviceOf: async (input, configuration) => definition.serviceOf(inputOf(input), configuration),
    targetOf: async (input, context) => definition.targetOf(inputOf(input), context),
    prepare: async (input, context, preparation) => {
      const prepared = await definition.prepare(inputOf(input), context, preparation);
      return { ...prepared, data: z.parse(definition.plan, prepared.data) };
    },
    release: async (plan, context) => definition.release?.(dataOf(plan), context),
    commit: async (plan, context) => definition.commit(dataOf(plan), context),
    verify: async (plan, context, excluded) => definition.verify(dataOf(plan), context, excluded),
    outputOf: (plan, receipt) =>
      z.parse(definition.output, definition.outputOf(dataOf(plan), receipt)),
    present: (output) => definition.present(z.parse(definition.output, output)),
  };
};

import * as z from 'zod/mini';
import type { Authentication } from '#lib/credentials/authentication.ts';
import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import type { Service } from '#lib/http/service.ts';
import type { Clock } from '#lib/platform/clock.ts';
import type { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { AssistantView } from './assistant-view.ts';

/**
 * What a call can change. A `read` changes nothing. The change of a `reversible` one can be undone, and may be repeated. An
 * `irreversible` one happens at most once: see `irreversible.ts`.
 */
export type EffectKind = 'read' | 'reversible' | 'irreversible';

/** One fact about a call that changes something, for people. Both texts are one line. */
export interface Fact {
  label: string;
  value: string;
}

/** A request to a service. The client adds the origin, the authentication and the correlation id. */
export interface OutsideRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query, encoded. It begins with a slash. */
  path: string;
  headers?: Record<string, string>;
  /** Creates the headers that are different in each try, such as the id of a request. */
  headersOfTry?: () => Record<string, string>;
  body?: string;
  /** How the service authenticates the request. Default: none. */
  authentication?: Authentication;
  /** Whether the request may be sent again when the result of the first try is unknown. */
  repeatable: boolean;
  /** `json` refuses every other answer, and takes a page for a challenge. */
  expects: 'json' | 'any';
  /** The timeout of one try. Default: that of the client. Milliseconds. */
  timeoutMs?: number;
  /** What a response says about the service; `undefined`: the status decides. */
  judge?: (response: HttpResponse) => Verdict | undefined;
  /** The error that a response stands for; `undefined`: the status decides. */
  responseError?: (response: HttpResponse) => AppError | undefined;
}

/** The parameters that operators set for actions, as texts. `undefined` when a parameter does not exist. */
export interface ActionConfiguration {
  parameters: Readonly<Record<ActionParameter, string | undefined>>;
  /**
   * The definition of an endpoint of the action `http`.
   * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE`
   */
  endpoint: (name: string) => Promise<string | undefined>;
}

export type ActionParameter = 'contact' | 'home' | 'courses' | 'services';

/** A value that is kept between runs. */
export interface Memory {
  /** Identifies the value among those of all operations. */
  key: unknown;
  /** How long the value is used. Seconds. */
  freshSeconds: number;
}

/** What an operation gets for one run. It has no other way to reach anything outside. */
export interface ActionContext {
  messageId: string;
  /** When the run must end. Milliseconds since the Unix epoch. */
  deadlineMs: number;
  /** Aborts at the deadline. */
  signal: AbortSignal;
  clock: Pick<Clock, 'now' | 'sleep'>;
  log: Logger;
  configuration: ActionConfiguration;
  /**
   * Calls a service through its breaker. A 401 on a cached token is tried once more with a new one.
   * @returns a response with a status below 500 other than 401, 403 and 429
   * @throws AppError `unavailable` when the service, its credentials or the connection fail
   * @throws AppError `invalid` / `BLOCKED_BY_PROVIDER` when the service sends a challenge
   */
  call: (service: Service, request: OutsideRequest) => Promise<HttpResponse>;
  /**
   * The claims of the token that the service gave us. They were verified.
   * @throws AppError `unavailable` when there is no token
   */
  claims: (
    service: Service,
    authentication: Authentication,
  ) => Promise<Readonly<Record<string, unknown>>>;
  /**
   * The remembered value, or the one that `load` returns, which is remembered. When the memory fails, `load` is called.
   */
  remember: <Value>(
    memory: Memory,
    schema: z.ZodMiniType<Value>,
    load: () => Promise<Value>,
  ) => Promise<Value>;
  /** Forgets a remembered value. Best effort: never rejects. */
  forget: (key: unknown) => Promise<void>;
}

/** How long the output of a read is used again for the same input. Seconds. */
export interface CacheTimes {
  /** The output counts as current. */
  freshSeconds: number;
  /** The output is used, with its age, while the service fails. */
  staleSeconds: number;
}

/** When an input is checked. */
export interface CheckTime {
  /**
   * When the operation runs. Milliseconds since the Unix epoch. `undefined`: at another time that is not known, so that
   * dates are not checked.
   */
  nowMs: number | undefined;
  /** Whether the run only reports what it would do. */
  isDryRun: boolean;
}

/** What every operation says about itself. */
export interface OperationTexts {
  /** The provider, such as `weather`. */
  action: string;
  /** The verb, such as `get_forecast`. */
  operation: string;
  /** Other names of the operation. */
  aliases?: readonly string[];
  /** For people and for models. */
  title: string;
  description: string;
  /** Inputs that are valid, the most useful first. */
  examples: readonly [Readonly<Record<string, unknown>>, ...Readonly<Record<string, unknown>>[]];
  /** The names of the services that it calls, for people; `<course>` and `<endpoint>` stand for a name. */
  services: readonly string[];
  /** How the services authenticate it. `none`, or the kind of the credentials. */
  auth: Authentication['type'];
  /** Default: a tool like the operation. `by endpoint`: each configured endpoint is a tool of its own. */
  assistants?: AssistantView | 'by endpoint';
}

/** What every operation does with its input and output. */
export interface OperationShapes<Input, Output> {
  /** Strict. Every property has a description. */
  input: z.ZodMiniType<Input>;
  /** Strict. Every property has a description. */
  output: z.ZodMiniType<Output>;
  /**
   * Checks what the schema cannot know: whether the input fits the configuration and the time. Without any call. The run
   * checks the same again, because both may change in between.
   * @throws AppError `invalid` with paths that begin with `payload.`
   * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the configuration cannot be read
   */
  check?: (
    input: Input,
    configuration: ActionConfiguration,
    time: CheckTime,
  ) => void | Promise<void>;
  /** The texts for people. Each becomes a push. */
  present: (output: Output) => readonly string[];
}

/** A web action that follows from the output of another one. */
export interface FollowUp {
  action: string;
  operation: string;
  input: Readonly<Record<string, unknown>>;
}

/** An operation that reads, or whose change can be undone. Everything else about it is derived from its file. */
export interface OperationDefinition<Input, Output>
  extends OperationTexts,
    OperationShapes<Input, Output> {
  effect: Exclude<EffectKind, 'irreversible'>;
  /** The effect of a call, where the configuration decides about it. `effect` is then the strongest one. */
  effectOf?: (
    input: Input,
    configuration: ActionConfiguration,
  ) => Promise<OperationDefinition<Input, Output>['effect']>;
  /** Whether a call needs a yes, unless a person posted its input. Default: no. */
  needsApproval?: (input: Input, configuration: ActionConfiguration) => Promise<boolean>;
  /** The facts of a call that changes something, without any call. An approval and a dry run show them. */
  describe?: (input: Input, configuration: ActionConfiguration) => Promise<readonly Fact[]>;
  cache?: CacheTimes;
  /** Whether a cached output still says something. Without it, it does for as long as `cache` says. */
  isReusable?: (output: Output, nowMs: number) => boolean;
  /** @throws AppError; `invalid` / `INVALID_PAYLOAD` with the field when the input does not fit the configuration */
  run: (input: Input, context: ActionContext) => Promise<Output>;
  /** The web action that the output leads to. It replaces the texts of `present`. */
  followUp?: (input: Input, output: Output) => FollowUp | undefined;
}

/** An operation that reads or that can be undone, as the catalogue holds it: input and output are checked inside. */
export interface RunnableOperation extends OperationTexts, ErasedShapes {
  effect: Exclude<EffectKind, 'irreversible'>;
  cache?: CacheTimes;
  /** Whether a cached value is an output that still says something. */
  isReusable: (value: unknown, nowMs: number) => boolean;
  /** The effect of this call. @param input as `input` parsed it. @throws as the definition */
  effectOf: (
    input: unknown,
    configuration: ActionConfiguration,
  ) => Promise<RunnableOperation['effect']>;
  /** @throws as the definition */
  needsApproval: (input: unknown, configuration: ActionConfiguration) => Promise<boolean>;
  /** @param input as `input` parsed it. @throws as the definition; Error when the output does not fit its schema */
  run: (input: unknown, context: ActionContext) => Promise<unknown>;
  /** @param output as `run` returned it */
  followUp: (input: unknown, output: unknown) => FollowUp | undefined;
}

/** What the catalogue can do with any operation. */
export interface ErasedShapes {
  input: z.ZodMiniType;
  output: z.ZodMiniType;
  /** The facts of this call; none for an operation without `describe`. @throws as the definition */
  describe: (input: unknown, configuration: ActionConfiguration) => Promise<readonly Fact[]>;
  /** Nothing for an operation without `check`. @param input as `input` parsed it. @throws as the definition */
  check: (input: unknown, configuration: ActionConfiguration, time: CheckTime) => Promise<void>;
  /** @param output as the run returned it */
  present: (output: unknown) => readonly string[];
}

/** Defines an operation that reads, or whose change can be undone. */
export const defineOperation = <Input, Output>(
  definition: OperationDefinition<Input, Output>,
): RunnableOperation => ({
  ...definition,
  isReusable: (value, nowMs) => {
    const { success, data } = z.safeParse(definition.output, value);
    return success && (definition.isReusable?.(data, nowMs) ?? true);
  },
  effectOf: async (input, configuration) =>
    definition.effectOf?.(z.parse(definition.input, input), configuration) ?? definition.effect,
  needsApproval: async (input, configuration) =>
    definition.needsApproval?.(z.parse(definition.input, input), configuration) ?? false,
  describe: async (input, configuration) =>
    definition.describe?.(z.parse(definition.input, input), configuration) ?? [],
  check: async (input, configuration, time) =>
    definition.check?.(z.parse(definition.input, input), configuration, time),
  run: async (input, context) =>
    z.parse(definition.output, await definition.run(z.parse(definition.input, input), context)),
  followUp: (input, output) =>
    definition.followUp?.(z.parse(definition.input, input), z.parse(definition.output, output)),
  present: (output) => definition.present(z.parse(definition.output, output)),
});

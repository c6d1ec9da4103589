import type { ActionContext } from '#lib/actions/action.ts';
import type { ActionResult } from '#lib/actions/action-records.ts';
import type { CachedReads, ReadOutput } from '#lib/actions/cached-reads.ts';
import type { ActionOperation } from '#lib/actions/operation.ts';
import { type ParsedAction, parseAction } from '#lib/actions/parse-action.ts';
import type { Exchange } from '#lib/actions/service-calls.ts';
import { MAX_RESULT_BYTES, type Message } from '#lib/messages/message.ts';
import { sizeBytes } from '#lib/messages/new-message.ts';
import type { ChildDraft, Outcome, Run } from '#lib/messages/outcome.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { shortened } from '#lib/platform/text.ts';
import { resultIdOf, resultRow } from './result-row.ts';

/** The dependencies of `runAction`; `index.ts` passes the real ones, tests pass fakes. */
export interface RunActionDeps {
  clock: Pick<Clock, 'now'>;
  /** The operations that exist. */
  operations: readonly ActionOperation[];
  /** @throws AppError `unavailable` while the flag for web actions is off */
  requireOn: () => void;
  /** What the operation gets. Its exchanges with services are passed to `onExchange`. */
  contextOf: (onExchange: (exchange: Exchange) => void) => ActionContext;
  readThrough: CachedReads['readThrough'];
  /** @throws AppError `unavailable` / `STORE_UNAVAILABLE` */
  putResult: (result: ActionResult) => Promise<void>;
}

/** A larger output is not in the message; the row of the results table has the response. Bytes. */
const MAX_DATA_BYTES = 6 * 1024;
const MAX_SUMMARY_CHARS = 1_000;

/**
 * Runs the operation of a `web_action` message. Each run writes one row of the results table. The output becomes the
 * result of the message, and each block of its text becomes a push.
 * @throws AppError `invalid` / `UNKNOWN_ACTION`, `INVALID_PAYLOAD`; otherwise as the operation
 */
export const runAction = async (
  message: Message,
  run: Run,
  deps: RunActionDeps,
): Promise<Outcome> => {
  deps.requireOn();
  const parsed = parseAction(message, deps.operations);
  const { action, operation } = parsed.operation;
  const startMs = deps.clock.now();
  let exchange: Exchange | undefined;
  const context = deps.contextOf((latest) => {
    exchange = latest;
  });
  const record = (error?: unknown) => {
    const nowMs = deps.clock.now();
    const ending = { action, operation, error, exchange, startMs, nowMs };
    return deps.putResult(resultRow(message, ending));
  };

  let done: Done;
  try {
    done = await carryOut(parsed, context, deps);
  } catch (error) {
    await record(error).catch((cause: unknown) => {
      run.log.warn({ err: cause }, 'result of a failed run not stored');
    });
    throw error;
  }
  await record();
  return outcomeOf(message, parsed, done);
};

/** What a run did: its output, or nothing in a dry run of something that changes the service. */
interface Done extends Partial<ReadOutput> {
  blocks: readonly string[];
}

const carryOut = async (
  { operation, input, isDryRun }: ParsedAction,
  context: ActionContext,
  { readThrough }: Pick<RunActionDeps, 'readThrough'>,
): Promise<Done> => {
  const { configuration } = context;
  if (operation.effect === 'irreversible') throw new Error('not carried out yet');
  if (isDryRun && (await operation.effectOf(input, configuration)) !== 'read') {
    const facts = await operation.describe(input, configuration);
    const lines = facts.map(({ label, value }) => `${label}: ${value}`);
    return { blocks: [[`${operation.title} was not carried out.`, ...lines].join('\n')] };
  }
  const load = () => operation.run(input, context);
  const read = await readThrough(operation, input, configuration, load);
  return { ...read, blocks: operation.present(read.output) };
};

const outcomeOf = (
  message: Message,
  { operation, isDryRun, notifies }: ParsedAction,
  { output, staleSeconds, blocks }: Done,
): Outcome => {
  const notes = [
    ...(isDryRun ? ['Dry run:'] : []),
    ...(staleSeconds === undefined
      ? []
      : [`The service does not respond. This is ${ageText(staleSeconds)} old.`]),
  ];
  const texts = blocks.map((block) => [...notes, block].join('\n'));
  const result_id = resultIdOf(message);
  return {
    result_id,
    result: withData(output, {
      result_id,
      summary: shortened(texts.join('\n\n'), MAX_SUMMARY_CHARS),
      ...(staleSeconds === undefined ? {} : { stale_seconds: staleSeconds }),
    }),
    children: notifies && !isForAssistant(message) ? texts.map(pushOf(operation)) : [],
  };
};

/** The result with the output, if there is an output and it fits. */
const withData = (output: unknown, result: Record<string, unknown>): Record<string, unknown> => {
  if (output === undefined) return result;
  const whole = { ...result, data: output };
  const fits = sizeBytes(output) <= MAX_DATA_BYTES && sizeBytes(whole) <= MAX_RESULT_BYTES;
  return fits ? whole : { ...result, truncated: true };
};

/** The answer goes to the assistant. */
const isForAssistant = ({ created_by }: Pick<Message, 'created_by'>): boolean =>
  created_by === 'mcp' || created_by === 'agent';

const pushOf =
  ({ title }: ActionOperation) =>
  (message: string): ChildDraft => ({
    purpose: 'push',
    message_type: 'notify',
    payload: { title, message },
  });

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;

const ageText = (seconds: number): string => {
  if (seconds < 2 * MINUTE_SECONDS) return `${seconds} seconds`;
  if (seconds < 2 * HOUR_SECONDS) return `${Math.round(seconds / MINUTE_SECONDS)} minutes`;
  return `${Math.round(seconds / HOUR_SECONDS)} hours`;
};

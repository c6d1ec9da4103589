import type { ActionOperation } from '#lib/actions/operation.ts';
import type { ParsedAction } from '#lib/actions/parse-action.ts';
import { isForAssistant } from '#lib/messages/is-for-assistant.ts';
import { MAX_RESULT_BYTES, type Message, SCHEMA_VERSION } from '#lib/messages/message.ts';
import { sizeBytes } from '#lib/messages/new-message.ts';
import type { ChildDraft, CompletedWork } from '#lib/messages/outcome.ts';
import { shortened } from '#lib/platform/text.ts';
import type { Done } from './done.ts';
import { resultIdOf } from './result-row.ts';

/** A larger output is not in the message; the row of the results table has the response. Bytes. */
const MAX_DATA_BYTES = 6 * 1024;
const MAX_SUMMARY_CHARS = 1_000;

/** The result of a message whose run is done, and its pushes or the web action that follows. */
export const outcomeOf = (message: Message, parsed: ParsedAction, done: Done): CompletedWork => {
  const texts = done.blocks.map((block) => [...done.notes, block].join('\n'));
  const result_id = resultIdOf(message);
  return {
    result_id,
    result: withData(done.output, {
      result_id,
      summary: shortened(texts.join('\n\n'), MAX_SUMMARY_CHARS),
      ...(done.staleSeconds === undefined ? {} : { stale_seconds: done.staleSeconds }),
      ...(done.isRepeated ? { already_done: true } : {}),
    }),
    children: childrenOf(message, parsed, done, texts),
  };
};

/** The result with the output, if there is an output and it fits. */
const withData = (output: unknown, result: Record<string, unknown>): Record<string, unknown> => {
  if (output === undefined) return result;
  const whole = { ...result, data: output };
  const fits = sizeBytes(output) <= MAX_DATA_BYTES && sizeBytes(whole) <= MAX_RESULT_BYTES;
  return fits ? whole : { ...result, truncated: true };
};

const childrenOf = (
  message: Message,
  { operation, notifies, isDryRun }: ParsedAction,
  { followUp, outcomePurpose }: Done,
  texts: readonly string[],
): ChildDraft[] => {
  if (followUp !== undefined) {
    const { action, operation: name, input } = followUp;
    return [
      {
        purpose: 'follow-up',
        message_type: 'web_action',
        payload: { version: SCHEMA_VERSION, action, ...input },
        arguments: {
          operation: name,
          ...(isDryRun ? { dry_run: true } : {}),
          ...(notifies ? {} : { notify: false }),
        },
      },
    ];
  }
  const isWanted = outcomePurpose !== undefined || (notifies && !isForAssistant(message));
  return isWanted ? texts.map(pushOf(operation, outcomePurpose ?? 'push')) : [];
};

const pushOf =
  ({ title }: ActionOperation, purpose: string) =>
  (message: string): ChildDraft => ({
    purpose,
    message_type: 'notify',
    payload: { title, message },
  });

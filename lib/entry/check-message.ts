import { checkAction } from '#lib/actions/check-action.ts';
import type { ParsedAction } from '#lib/actions/parse-action.ts';
import { parseDraft } from '#lib/messages/draft.ts';
import type { CheckedDraft } from '#lib/messages/new-message.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { stage } from '#lib/platform/env.ts';
import type { ScheduleCommands } from '#lib/schedules/commands.ts';
import { findUndeleted } from '#lib/schedules/requests/find-referenced.ts';
import {
  parseChange,
  type ScheduleChange,
  updatedReference,
} from '#lib/schedules/requests/parse-change.ts';
import {
  configuredCheck,
  type EndpointFinder,
  type KnownConfiguration,
} from './configured-check.ts';

/** A message that a caller sent, after it was checked completely. */
export interface CheckedMessage {
  draft: CheckedDraft;
  /** What a `schedule_creation` asks for. */
  change: ScheduleChange | undefined;
  /** What a `web_action` runs. */
  action: ParsedAction | undefined;
}

export interface CheckMessageDeps extends EndpointFinder {
  clock: Pick<Clock, 'now'>;
  schedules: Pick<ScheduleCommands, 'findAny' | 'findByName'>;
}

/**
 * Checks the message that a caller sent, with its schema and with the configuration. Changes nothing. Every entry point
 * does this before it creates a message.
 * @throws AppError `invalid` / `VALIDATION_ERROR` with every problem and its path
 */
export const checkMessage = async (
  sent: unknown,
  request: KnownConfiguration,
  deps: CheckMessageDeps,
): Promise<CheckedMessage> => {
  const nowMs = deps.clock.now();
  const draft = parseDraft(sent, { stage, nowMs });
  const change =
    draft.message_type === 'schedule_creation'
      ? parseChange(draft, {
          stage,
          nowMs,
          before: await findUndeleted(updatedReference(draft), deps.schedules),
        })
      : undefined;
  const action = await checkAction(
    draft,
    { what: 'message' },
    configuredCheck(request, deps, nowMs),
  );
  if (change !== undefined && 'draft' in change) {
    await checkAction(
      change.draft.target,
      { what: 'message', under: 'payload.' },
      configuredCheck(request, deps),
    );
  }
  return { draft, change, action };
};

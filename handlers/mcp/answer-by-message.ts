import type { Approval } from '#lib/approvals/approval-schema.ts';
import { waitForEnd } from '#lib/engine/wait-for-end.ts';
import { type CheckMessageDeps, checkMessage } from '#lib/entry/check-message.ts';
import {
  requireManualMessages,
  requireManualRun,
  type ScheduleFinder,
} from '#lib/entry/manual-messages.ts';
import { joinOpenCall } from '#lib/idempotency/join-open-call.ts';
import type { Message } from '#lib/messages/message.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import { stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { newMessageId } from '#lib/platform/id.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { isWaitingForApproval } from '#lib/tools/message-answer.ts';
import {
  invalidToolInputError,
  type MessageTool,
  type ToolAnswer,
  type ToolDraft,
} from '#lib/tools/tool.ts';
import type { McpRequest } from './route.ts';

export interface MessageCallDeps extends CheckMessageDeps {
  clock: Clock;
  schedules: CheckMessageDeps['schedules'] & ScheduleFinder;
  find: (id: string) => Promise<Message | undefined>;
  findApproval: (id: string) => Promise<Approval | undefined>;
  /** @throws AppError `conflict` / `MESSAGE_EXISTS`; `unavailable` when the row could not be put */
  produce: (message: Message, log: Logger) => Promise<Message>;
  /** How long a call waits for its message. Milliseconds. */
  maxWaitMs: number;
}

/** The answer to a call. `created`: the message that this call created, and did not join. */
export interface MessageAnswer extends ToolAnswer {
  created?: Message;
}

interface Caller {
  /** `mcp:<username>` */
  caller: string;
}

/** The time that a response needs before the function's own deadline. */
const RESPONSE_RESERVE_MS = 3 * SECOND_MS;

/**
 * Creates the message of a call, or joins the one of the same call that is still open, and answers with its end. A wait that
 * ends first answers how the message stands.
 * @throws AppError `invalid` / `VALIDATION_ERROR` with paths in the input; as `checkMessage`, `joinOpenCall` and `produce`
 */
export const answerByMessage = async (
  tool: MessageTool,
  given: unknown,
  request: McpRequest & Caller,
  deps: MessageCallDeps,
): Promise<MessageAnswer> => {
  const draft = tool.draftOf(given);
  const untilMs = Math.min(
    deps.clock.now() + deps.maxWaitMs,
    request.deadlineMs - RESPONSE_RESERVE_MS,
  );
  const checked = await check(tool, draft, request, deps);
  const { message, isNew } = tool.isExclusive
    ? await joinOrPut(tool, draft, checked, request, deps)
    : await put(checked, { ...request, id: newMessageId(deps.clock.now()) }, deps);
  const { clock, find } = deps;
  const latest =
    (await waitForEnd(
      message.id,
      { untilMs, isOver: isWaitingForApproval },
      { clock, find, log: request.log },
    )) ?? message;
  const answer = tool.answerOf(latest, await approvalFor(latest, request.log, deps));
  return isNew ? { ...answer, created: message } : answer;
};

/** The approval that a message waits for. Without it, the answer is that the message is not finished. */
const approvalFor = async (
  message: Message,
  log: Logger,
  { findApproval }: Pick<MessageCallDeps, 'findApproval'>,
): Promise<Approval | undefined> => {
  if (!isWaitingForApproval(message) || message.approval_id === undefined) return undefined;
  return findApproval(message.approval_id).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    log.warn({ err: error, message_id: message.id }, 'approval of a message not read');
    return undefined;
  });
};

interface UsedMessage {
  message: Message;
  /** Whether this call put it. */
  isNew: boolean;
}

const joinOrPut = async (
  tool: MessageTool,
  draft: ToolDraft,
  checked: Checked,
  request: McpRequest & Caller,
  deps: MessageCallDeps,
): Promise<UsedMessage> => {
  const { caller } = request;
  const { id, message } = await joinOpenCall({ caller, tool: tool.name, draft }, deps);
  if (message !== undefined) return { message, isNew: false };
  return put(checked, { ...request, id }, deps);
};

type Checked = Awaited<ReturnType<typeof check>>;

const check = async (
  tool: MessageTool,
  draft: ToolDraft,
  request: McpRequest & Caller,
  deps: MessageCallDeps,
) => {
  const checked = await checkMessage(draft, request, deps).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.kind !== 'invalid') throw error;
    throw invalidToolInputError(
      error.details.map(({ path, problem }) => ({ path: tool.pathOf(path), problem })),
      tool.advice,
    );
  });
  requireManualMessages(request, checked.draft.message_type);
  if (checked.change !== undefined) {
    await requireManualRun(request, checked.change, deps.schedules);
  }
  return checked.draft;
};

const put = async (
  draft: Checked,
  { id, caller, correlationId, log }: McpRequest & Caller & { id: string },
  { clock, find, produce }: MessageCallDeps,
): Promise<UsedMessage> => {
  const message = newMessage(
    draft,
    { id, created_by: 'mcp', requested_by: caller, correlation_id: correlationId },
    { stage, nowMs: clock.now() },
  );
  try {
    return { message: await produce(message, log), isNew: true };
  } catch (error) {
    // The same call put it in the meantime.
    const isTaken = error instanceof AppError && error.code === 'MESSAGE_EXISTS';
    const existing = isTaken ? await find(id) : undefined;
    if (existing === undefined) throw error;
    return { message: existing, isNew: false };
  }
};

import * as z from 'zod/mini';
import type { Approval } from '#lib/approvals/approval-schema.ts';
import type { Role } from '#lib/identity/roles.ts';
import type { Message } from '#lib/messages/message.ts';
import type { CheckedDraft } from '#lib/messages/new-message.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { problemsOf } from '#lib/platform/problems.ts';
import type { ClosedSchema } from './closed-schema.ts';
import type { PlatformReads } from './platform-reads.ts';

/** What a call can change: nothing; it adds something; or it changes or removes something that exists. */
export type ToolHint = 'read' | 'additive' | 'destructive';

/** What an assistant learns about a tool. */
export interface ToolTexts {
  /** Lower case, digits, `_` and `-`. */
  name: string;
  /** Other names that a call may use. They are not listed. */
  aliases?: readonly string[];
  title: string;
  /** Units, zones, limits, and what happens next. */
  description: string;
  /** The least role of the person for whom the assistant calls it. */
  role: Role;
  hint: ToolHint;
  /** Whether a repeated call with the same input changes nothing more. */
  isIdempotent: boolean;
  /** Whether its answers can contain texts of services outside of the platform, which nobody has checked. */
  isOpenWorld: boolean;
}

/** Who calls a tool, and for which request. */
export interface ToolCall {
  /** The assistant, with the name of the person: `mcp:<username>`. */
  caller: string;
  log: Logger;
}

/** The answer to a call: a text for the model, and the same as data that fits the output schema. */
export interface ToolAnswer {
  /** A failure is one sentence that says what went wrong, and one that says what to do. */
  text: string;
  data: object;
  isError?: boolean;
}

/** The message that a call creates. */
export type ToolDraft = Pick<CheckedDraft, 'message_type' | 'payload' | 'arguments'>;

/** A tool that is answered in place: it reads the platform, or wakes a message again. */
export interface DirectTool extends ToolTexts {
  kind: 'direct';
  input: ClosedSchema;
  output: ClosedSchema;
  /** @throws AppError `invalid` / `VALIDATION_ERROR` with paths in the input; as the functions of the platform */
  answer: (given: unknown, call: ToolCall, platform: PlatformReads) => Promise<ToolAnswer>;
}

/** A tool that creates a message. Its answer is the end of the message. */
export interface MessageTool extends ToolTexts {
  kind: 'message';
  input: ClosedSchema;
  output: ClosedSchema;
  /** Whether only one call with the same input may be open at a time. */
  isExclusive: boolean;
  /** What to do after an input that is not valid. One clause, without a full stop. */
  advice?: string | undefined;
  /** @throws AppError `invalid` / `VALIDATION_ERROR` with paths in the input */
  draftOf: (given: unknown) => ToolDraft;
  /** The path in the input of a path in the message, such as `payload.course`. */
  pathOf: (path: string) => string;
  /** @param approval the decision that the message waits for */
  answerOf: (message: Message, approval?: Approval) => ToolAnswer;
}

export type Tool = DirectTool | MessageTool;

/** @throws AppError `invalid` / `VALIDATION_ERROR` with every problem and its path, and the advice */
export const parseToolInput = <Schema extends z.ZodMiniType>(
  schema: Schema,
  given: unknown,
  advice?: string,
): z.output<Schema> => {
  const parsed = z.safeParse(schema, given ?? {});
  if (parsed.success) return parsed.data;
  throw invalidToolInputError(problemsOf(parsed.error), advice);
};

/** The error for an input with these problems. */
export const invalidToolInputError = (details: AppError['details'], advice?: string): AppError =>
  new AppError(
    'invalid',
    'VALIDATION_ERROR',
    ['the input of the tool is not valid', ...(advice === undefined ? [] : [advice])].join('; '),
    { details },
  );

import type * as z from 'zod/mini';
import { closedSchemaOf, schemaOnDemand } from './closed-schema.ts';
import { messageOutput } from './message-answer.ts';
import { type MessageTool, parseToolInput, type ToolDraft, type ToolTexts } from './tool.ts';

interface MessageToolDefinition<Input extends z.ZodMiniType>
  extends ToolTexts,
    Pick<MessageTool, 'answerOf' | 'pathOf'> {
  /** Strict. Every property has a description. */
  input: Input;
  /** What the message produces. Strict. Every property has a description. */
  data?: z.ZodMiniType;
  draftOf: (input: z.output<Input>) => ToolDraft;
}

/** Defines a tool that creates a message of the platform itself. Its calls are independent of each other. */
export const defineMessageTool = <Input extends z.ZodMiniType>({
  input,
  data,
  draftOf,
  ...texts
}: MessageToolDefinition<Input>): MessageTool => {
  const inputSchema = schemaOnDemand(() => closedSchemaOf(input, 'input'));
  const outputSchema = schemaOnDemand(() => messageOutput(data && closedSchemaOf(data, 'output')));
  return {
    ...texts,
    kind: 'message',
    isExclusive: false,
    get input() {
      return inputSchema();
    },
    get output() {
      return outputSchema();
    },
    draftOf: (given) => draftOf(parseToolInput(input, given)),
  };
};

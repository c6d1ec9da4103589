import * as z from 'zod/mini';
import { closedSchemaOf, schemaOnDemand } from './closed-schema.ts';
import type { PlatformReads } from './platform-reads.ts';
import {
  type DirectTool,
  parseToolInput,
  type ToolAnswer,
  type ToolCall,
  type ToolTexts,
} from './tool.ts';

interface DirectToolDefinition<Input extends z.ZodMiniType, Output> extends ToolTexts {
  /** Strict. Every property has a description. */
  input: Input;
  /** Strict. Every property has a description. */
  output: z.ZodMiniType<Output>;
  /** @throws AppError as the functions of the platform */
  answer: (
    input: z.output<Input>,
    call: ToolCall,
    platform: PlatformReads,
  ) => Promise<{ text: string; data: Output }>;
}

/** Defines a tool that is answered in place. Its input and its output are checked. */
export const defineDirectTool = <Input extends z.ZodMiniType, Output extends object>({
  input,
  output,
  answer,
  ...texts
}: DirectToolDefinition<Input, Output>): DirectTool => {
  const inputSchema = schemaOnDemand(() => closedSchemaOf(input, 'input'));
  const outputSchema = schemaOnDemand(() => closedSchemaOf(output, 'output'));
  return {
    ...texts,
    kind: 'direct',
    get input() {
      return inputSchema();
    },
    get output() {
      return outputSchema();
    },
    answer: async (given, call, platform): Promise<ToolAnswer> => {
      const { text, data } = await answer(parseToolInput(input, given), call, platform);
      return { text, data: z.parse(output, data) };
    },
  };
};

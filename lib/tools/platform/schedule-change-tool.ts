import * as z from 'zod/mini';
import type { ChangeAction } from '#lib/schedules/requests/parse-change.ts';
import { defineMessageTool } from '#lib/tools/message-tool.ts';
import type { MessageTool, ToolTexts } from '#lib/tools/tool.ts';
import {
  ChangedSchedule,
  scheduleChangeAnswer,
  scheduleChangePath,
} from './schedule-change-answer.ts';

interface ScheduleChangeTexts<Shape> extends Omit<ToolTexts, 'role' | 'isOpenWorld'> {
  action: ChangeAction;
  /** Every property has a description. `target` is the message of the schedule. */
  input: Shape;
}

/** Defines a tool that creates a `schedule_creation` message. */
export const scheduleChangeTool = <Shape extends Readonly<Record<string, z.ZodMiniType>>>({
  action,
  input,
  ...texts
}: ScheduleChangeTexts<Shape>): MessageTool =>
  defineMessageTool({
    ...texts,
    role: 'operator',
    isOpenWorld: false,
    input: z.strictObject(input),
    data: ChangedSchedule,
    draftOf: (given) => {
      const { target = {}, ...fields } = given as Record<string, unknown>;
      return {
        message_type: 'schedule_creation',
        payload: target as Record<string, unknown>,
        arguments: { action, ...fields },
      };
    },
    pathOf: scheduleChangePath,
    answerOf: scheduleChangeAnswer,
  });

import { metricsReports } from '#lib/counters/metrics-report.ts';
import { listApprovals } from '#lib/data/approvals/approval-lists.ts';
import { findApproval } from '#lib/data/approvals/approvals.ts';
import { findEffect } from '#lib/data/effects/effects.ts';
import { findRun } from '#lib/data/messages/find-run.ts';
import { listMessages } from '#lib/data/messages/message-lists.ts';
import { find } from '#lib/data/messages/messages.ts';
import { findSchedulePage } from '#lib/data/schedules/schedule-lists.ts';
import { redrive } from '#lib/engine/redrive.ts';
import type { PlatformReads } from '#lib/tools/platform-reads.ts';
import type { ToolAnswer } from '#lib/tools/tool.ts';
import { toolRegistry } from '#lib/tools/tool-registry.ts';
import { engineWorld } from '#test/support/engine.ts';
import { fitting } from './schemas.ts';

/** The platform in memory, with the functions that tools call. */
export const toolWorld = () => {
  const world = engineWorld();
  const { clock, deps, log } = world;
  const platform: PlatformReads = {
    clock,
    find,
    listMessages,
    findRun,
    findSchedulePage,
    listApprovals,
    findApproval,
    findEffect,
    readMetrics: metricsReports({ clock }),
    redrive: (id, why) => redrive(id, why, deps),
  };
  const tools = toolRegistry([]);
  return {
    ...world,
    /** Calls a tool that is answered in place for `mcp:ada`. @throws Error when the answer does not fit its schema */
    call: async (name: string, input: unknown = {}): Promise<ToolAnswer> => {
      const tool = tools.find(name);
      if (tool?.kind !== 'direct') throw new Error(`${name} is no direct tool`);
      return fitting(tool, await tool.answer(input, { caller: 'mcp:ada', log }, platform));
    },
  };
};

import { createScheduleTool } from './platform/create-schedule.ts';
import { deleteScheduleTool } from './platform/delete-schedule.ts';
import { getMetricsTool } from './platform/get-metrics.ts';
import { getRunTool } from './platform/get-run.ts';
import { listApprovalsTool } from './platform/list-approvals.ts';
import { listMessagesTool } from './platform/list-messages.ts';
import { listSchedulesTool } from './platform/list-schedules.ts';
import { pauseScheduleTool } from './platform/pause-schedule.ts';
import { previewScheduleTool } from './platform/preview-schedule.ts';
import { redriveMessageTool } from './platform/redrive-message.ts';
import { resumeScheduleTool } from './platform/resume-schedule.ts';
import { runScheduleTool } from './platform/run-schedule.ts';
import { sendNotificationTool } from './platform/send-notification.ts';
import { updateScheduleTool } from './platform/update-schedule.ts';
import type { Tool } from './tool.ts';

/** The platform's own operations that assistants may call. */
export const PLATFORM_TOOLS: readonly Tool[] = [
  sendNotificationTool,
  listMessagesTool,
  getRunTool,
  redriveMessageTool,
  listSchedulesTool,
  previewScheduleTool,
  createScheduleTool,
  updateScheduleTool,
  pauseScheduleTool,
  resumeScheduleTool,
  deleteScheduleTool,
  runScheduleTool,
  getMetricsTool,
  listApprovalsTool,
];

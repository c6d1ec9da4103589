import { listApprovalsTool } from './platform/list-approvals.ts';
import type { Tool } from './tool.ts';

/** The platform's own operations that assistants may call. */
export const PLATFORM_TOOLS: readonly Tool[] = [listApprovalsTool];

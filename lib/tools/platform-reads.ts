import type { Approval } from '#lib/approvals/approval-schema.ts';
import type { MetricsReport, MetricsRequest } from '#lib/counters/metrics-report.ts';
import type { listApprovals } from '#lib/data/approvals/approval-lists.ts';
import type { findRun } from '#lib/data/messages/find-run.ts';
import type { listMessages } from '#lib/data/messages/message-lists.ts';
import type { findSchedulePage } from '#lib/data/schedules/schedule-lists.ts';
import type { Effect } from '#lib/effects/effect-schema.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Clock } from '#lib/platform/clock.ts';
import type { Logger } from '#lib/platform/logger.ts';

/** The functions of the platform that tools call in place. The API calls the same ones. */
export interface PlatformReads {
  clock: Clock;
  find: (id: string) => Promise<Message | undefined>;
  listMessages: typeof listMessages;
  findRun: typeof findRun;
  findSchedulePage: typeof findSchedulePage;
  listApprovals: typeof listApprovals;
  findApproval: (id: string) => Promise<Approval | undefined>;
  findEffect: (id: string) => Promise<Effect | undefined>;
  /** @throws AppError `unavailable` when DynamoDB fails and no earlier report is cached */
  readMetrics: (request: MetricsRequest, log: Logger) => Promise<MetricsReport>;
  /** @throws AppError `not-found` / `MESSAGE_NOT_FOUND`; `conflict` / `NOT_FAILED` */
  redrive: (id: string, why: { by: string; reason: string }, log: Logger) => Promise<Message>;
}

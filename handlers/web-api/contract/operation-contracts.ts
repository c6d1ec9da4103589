import type { OperationId } from '#handlers/web-api/routes.ts';
import { ACTION_OPERATIONS } from './entries/actions.ts';
import { APPROVAL_OPERATIONS } from './entries/approvals.ts';
import { DOCUMENT_OPERATIONS } from './entries/documents.ts';
import { EFFECT_OPERATIONS } from './entries/effects.ts';
import { FLAG_OPERATIONS } from './entries/flags.ts';
import { HEALTH_OPERATIONS } from './entries/health.ts';
import { MESSAGE_OPERATIONS } from './entries/messages.ts';
import { METRICS_OPERATIONS } from './entries/metrics.ts';
import { RUN_OPERATIONS } from './entries/runs.ts';
import { SCHEDULE_OPERATIONS } from './entries/schedules.ts';
import { SIGN_IN_OPERATIONS } from './entries/sign-in.ts';
import { SYSTEM_OPERATIONS } from './entries/system.ts';
import type { OperationContract } from './model.ts';

/** The contract of every operation. A route without an entry does not compile. */
export const OPERATION_CONTRACTS: Readonly<Record<OperationId, OperationContract>> = {
  ...ACTION_OPERATIONS,
  ...APPROVAL_OPERATIONS,
  ...EFFECT_OPERATIONS,
  ...FLAG_OPERATIONS,
  ...HEALTH_OPERATIONS,
  ...DOCUMENT_OPERATIONS,
  ...MESSAGE_OPERATIONS,
  ...METRICS_OPERATIONS,
  ...RUN_OPERATIONS,
  ...SCHEDULE_OPERATIONS,
  ...SIGN_IN_OPERATIONS,
  ...SYSTEM_OPERATIONS,
};

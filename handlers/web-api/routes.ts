import type { RequiredRole } from '#lib/identity/roles.ts';
import { getActions } from './actions/list-actions.ts';
import { postAction } from './actions/post-action.ts';
import { postApprove, postDeny } from './approvals/post-decision.ts';
import { getApproval, getApprovals } from './approvals/read-approvals.ts';
import { getDocs, getOpenApi } from './documents.ts';
import { postResolution } from './effects/post-resolution.ts';
import { getEffect, getEffects } from './effects/read-effects.ts';
import { getFlags, putFlag } from './flags.ts';
import { getHealth } from './health/health.ts';
import { postMessage } from './messages/post-message.ts';
import { getMessage, getMessages } from './messages/read-messages.ts';
import { getResults } from './messages/results.ts';
import { getRun, postRedrive } from './messages/runs.ts';
import { getMetrics } from './metrics/metrics.ts';
import type { Operation } from './operation.ts';
import { postPause, postResume, postRun } from './schedules/actions.ts';
import { getFires } from './schedules/fires.ts';
import { postPreview } from './schedules/preview.ts';
import {
  getSchedule,
  getSchedules,
  postSchedule,
  putSchedule,
  removeSchedule,
} from './schedules/schedule-operations.ts';
import { getMe } from './sign-in/me.ts';
import { finishLogin, logout, refreshLogin, startLogin } from './sign-in/sign-in.ts';
import { getSystem } from './system/system.ts';

/** The role that a request requires: none, or that of `lib/identity/roles.ts`. */
export type RouteRole = 'public' | RequiredRole;

export interface ApiRoute {
  /** The name of the operation in the contract. */
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** A segment in braces is a parameter. */
  path: string;
  role: RouteRole;
  /** A query parameter that requires another role, unless its value is `false`. */
  parameterRole?: { parameter: string; role: RequiredRole };
  operation: Operation;
}

/** The role that a request requires. OPTIONS has no route and requires no role. */
export const roleOf = (route: ApiRoute | undefined, query: URLSearchParams): RouteRole => {
  if (route === undefined) return 'public';
  const { role, parameterRole } = route;
  const values = parameterRole === undefined ? [] : query.getAll(parameterRole.parameter);
  return parameterRole !== undefined && values.some((value) => value !== 'false')
    ? parameterRole.role
    : role;
};

/** Every operation of the API. The router, the role check and the contract use this table. */
export const API_ROUTES = [
  {
    id: 'getHealth',
    method: 'GET',
    path: '/api/health',
    role: 'public',
    parameterRole: { parameter: 'deep', role: 'viewer' },
    operation: getHealth,
  },
  {
    id: 'getOpenApi',
    method: 'GET',
    path: '/api/openapi.json',
    role: 'public',
    operation: getOpenApi,
  },
  {
    id: 'getDocs',
    method: 'GET',
    path: '/api/docs',
    role: 'public',
    operation: getDocs,
  },
  {
    id: 'startLogin',
    method: 'POST',
    path: '/api/auth/login',
    role: 'public',
    operation: startLogin,
  },
  {
    id: 'finishLogin',
    method: 'POST',
    path: '/api/auth/callback',
    role: 'public',
    operation: finishLogin,
  },
  {
    id: 'refreshLogin',
    method: 'POST',
    path: '/api/auth/refresh',
    role: 'public',
    operation: refreshLogin,
  },
  {
    id: 'logout',
    method: 'POST',
    path: '/api/auth/logout',
    role: 'public',
    operation: logout,
  },
  {
    id: 'getMe',
    method: 'GET',
    path: '/api/me',
    role: 'user',
    operation: getMe,
  },
  {
    id: 'listMessages',
    method: 'GET',
    path: '/api/messages',
    role: 'viewer',
    operation: getMessages,
  },
  {
    id: 'createMessage',
    method: 'POST',
    path: '/api/messages',
    role: 'operator',
    operation: postMessage,
  },
  {
    id: 'getMessage',
    method: 'GET',
    path: '/api/messages/{id}',
    role: 'viewer',
    operation: getMessage,
  },
  {
    id: 'listResults',
    method: 'GET',
    path: '/api/messages/{id}/results',
    role: 'viewer',
    operation: getResults,
  },
  {
    id: 'listActions',
    method: 'GET',
    path: '/api/actions',
    role: 'viewer',
    operation: getActions,
  },
  {
    id: 'runAction',
    method: 'POST',
    path: '/api/actions/{action}/{operation}',
    role: 'operator',
    operation: postAction,
  },
  {
    id: 'listEffects',
    method: 'GET',
    path: '/api/effects',
    role: 'viewer',
    operation: getEffects,
  },
  {
    id: 'getEffect',
    method: 'GET',
    path: '/api/effects/{id}',
    role: 'viewer',
    operation: getEffect,
  },
  {
    id: 'resolveEffect',
    method: 'POST',
    path: '/api/effects/{id}/resolve',
    role: 'operator',
    operation: postResolution,
  },
  {
    id: 'listApprovals',
    method: 'GET',
    path: '/api/approvals',
    role: 'viewer',
    operation: getApprovals,
  },
  {
    id: 'getApproval',
    method: 'GET',
    path: '/api/approvals/{id}',
    role: 'viewer',
    operation: getApproval,
  },
  {
    id: 'grantApproval',
    method: 'POST',
    path: '/api/approvals/{id}/approve',
    role: 'operator',
    operation: postApprove,
  },
  {
    id: 'denyApproval',
    method: 'POST',
    path: '/api/approvals/{id}/deny',
    role: 'operator',
    operation: postDeny,
  },
  {
    id: 'getMetrics',
    method: 'GET',
    path: '/api/metrics',
    role: 'viewer',
    operation: getMetrics,
  },
  {
    id: 'getRun',
    method: 'GET',
    path: '/api/messages/{id}/run',
    role: 'viewer',
    operation: getRun,
  },
  {
    id: 'redriveMessage',
    method: 'POST',
    path: '/api/messages/{id}/redrive',
    role: 'operator',
    operation: postRedrive,
  },
  {
    id: 'listFlags',
    method: 'GET',
    path: '/api/flags',
    role: 'viewer',
    operation: getFlags,
  },
  {
    id: 'updateFlag',
    method: 'PUT',
    path: '/api/flags/{flag}',
    role: 'admin',
    operation: putFlag,
  },
  {
    id: 'getSystem',
    method: 'GET',
    path: '/api/system',
    role: 'viewer',
    operation: getSystem,
  },
  {
    id: 'previewSchedule',
    method: 'POST',
    path: '/api/schedules/preview',
    role: 'viewer',
    operation: postPreview,
  },
  {
    id: 'listSchedules',
    method: 'GET',
    path: '/api/schedules',
    role: 'viewer',
    operation: getSchedules,
  },
  {
    id: 'createSchedule',
    method: 'POST',
    path: '/api/schedules',
    role: 'operator',
    operation: postSchedule,
  },
  {
    id: 'getSchedule',
    method: 'GET',
    path: '/api/schedules/{id}',
    role: 'viewer',
    operation: getSchedule,
  },
  {
    id: 'updateSchedule',
    method: 'PUT',
    path: '/api/schedules/{id}',
    role: 'operator',
    operation: putSchedule,
  },
  {
    id: 'deleteSchedule',
    method: 'DELETE',
    path: '/api/schedules/{id}',
    role: 'operator',
    operation: removeSchedule,
  },
  {
    id: 'pauseSchedule',
    method: 'POST',
    path: '/api/schedules/{id}/pause',
    role: 'operator',
    operation: postPause,
  },
  {
    id: 'resumeSchedule',
    method: 'POST',
    path: '/api/schedules/{id}/resume',
    role: 'operator',
    operation: postResume,
  },
  {
    id: 'runSchedule',
    method: 'POST',
    path: '/api/schedules/{id}/run',
    role: 'operator',
    operation: postRun,
  },
  {
    id: 'listFires',
    method: 'GET',
    path: '/api/schedules/{id}/fires',
    role: 'viewer',
    operation: getFires,
  },
] as const satisfies readonly ApiRoute[];

export type OperationId = (typeof API_ROUTES)[number]['id'];

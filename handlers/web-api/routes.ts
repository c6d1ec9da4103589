import type { Required } from '#lib/identity/roles.ts';
import type { Operation } from './operation.ts';

const reading = () => import('./messages/read-messages.ts');
const schedules = () => import('./schedules/rows.ts');
const scheduleActions = () => import('./schedules/actions.ts');
const preview = () => import('./schedules/preview.ts');
const metrics = () => import('./metrics/metrics.ts');
const documents = () => import('./documents.ts');
const me = () => import('./sign-in/me.ts');
const runs = () => import('./messages/runs.ts');
const signIn = () => import('./sign-in/sign-in.ts');

/** Who may: everybody; who has signed in, whatever the groups; who reads; who acts; who administers. */
export type Role = 'public' | Required;

export interface Route {
  /** The operation's name in the contract. */
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** A segment in braces is a parameter. */
  path: string;
  role: Role;
  /** A parameter of the query that asks for more than `role` as soon as it says anything but `false`. */
  asks?: { parameter: string; role: Required };
  /** Loaded with its first request: its module stays out of the way of every other one. */
  operation: () => Promise<Operation>;
}

/** What a request asks of its caller. OPTIONS, the one request without a route, asks nothing. */
export const roleOf = (route: Route | undefined, query: URLSearchParams): Role => {
  if (route === undefined) return 'public';
  const { role, asks } = route;
  const isMore = asks !== undefined && query.getAll(asks.parameter).some((one) => one !== 'false');
  return isMore ? asks.role : role;
};

/** The operation that most callers use. INIT loads it. */
export const createMessage = {
  id: 'createMessage',
  method: 'POST',
  path: '/api/messages',
  role: 'operator',
  operation: async () => (await import('./messages/create-message.ts')).postMessage,
} as const satisfies Route;

/** Every operation of the API. The router, the role check, the contract and the gateway's routes come from here. */
export const ROUTES = [
  {
    id: 'getHealth',
    method: 'GET',
    path: '/api/health',
    role: 'public',
    asks: { parameter: 'deep', role: 'viewer' },
    operation: async () => (await import('./health/health.ts')).getHealth,
  },
  {
    id: 'getOpenApi',
    method: 'GET',
    path: '/api/openapi.json',
    role: 'public',
    operation: async () => (await documents()).getOpenApi,
  },
  {
    id: 'getDocs',
    method: 'GET',
    path: '/api/docs',
    role: 'public',
    operation: async () => (await documents()).getDocs,
  },
  {
    id: 'startLogin',
    method: 'POST',
    path: '/api/auth/login',
    role: 'public',
    operation: async () => (await signIn()).startLogin,
  },
  {
    id: 'finishLogin',
    method: 'POST',
    path: '/api/auth/callback',
    role: 'public',
    operation: async () => (await signIn()).finishLogin,
  },
  {
    id: 'refreshLogin',
    method: 'POST',
    path: '/api/auth/refresh',
    role: 'public',
    operation: async () => (await signIn()).refreshLogin,
  },
  {
    id: 'logout',
    method: 'POST',
    path: '/api/auth/logout',
    role: 'public',
    operation: async () => (await signIn()).logout,
  },
  {
    id: 'getMe',
    method: 'GET',
    path: '/api/me',
    role: 'user',
    operation: async () => (await me()).getMe,
  },
  {
    id: 'listMessages',
    method: 'GET',
    path: '/api/messages',
    role: 'viewer',
    operation: async () => (await reading()).listMessages,
  },
  createMessage,
  {
    id: 'getMessage',
    method: 'GET',
    path: '/api/messages/{id}',
    role: 'viewer',
    operation: async () => (await reading()).getMessage,
  },
  {
    id: 'getMetrics',
    method: 'GET',
    path: '/api/metrics',
    role: 'viewer',
    operation: async () => (await metrics()).getMetrics,
  },
  {
    id: 'getRun',
    method: 'GET',
    path: '/api/messages/{id}/run',
    role: 'viewer',
    operation: async () => (await runs()).getRun,
  },
  {
    id: 'redriveMessage',
    method: 'POST',
    path: '/api/messages/{id}/redrive',
    role: 'operator',
    operation: async () => (await runs()).redriveMessage,
  },
  {
    id: 'listFlags',
    method: 'GET',
    path: '/api/flags',
    role: 'viewer',
    operation: async () => (await import('./flags.ts')).listFlags,
  },
  {
    id: 'previewSchedule',
    method: 'POST',
    path: '/api/schedules/preview',
    role: 'viewer',
    operation: async () => (await preview()).previewSchedule,
  },
  {
    id: 'listSchedules',
    method: 'GET',
    path: '/api/schedules',
    role: 'viewer',
    operation: async () => (await schedules()).listSchedules,
  },
  {
    id: 'createSchedule',
    method: 'POST',
    path: '/api/schedules',
    role: 'operator',
    operation: async () => (await schedules()).postSchedule,
  },
  {
    id: 'getSchedule',
    method: 'GET',
    path: '/api/schedules/{id}',
    role: 'viewer',
    operation: async () => (await schedules()).getSchedule,
  },
  {
    id: 'updateSchedule',
    method: 'PUT',
    path: '/api/schedules/{id}',
    role: 'operator',
    operation: async () => (await schedules()).putSchedule,
  },
  {
    id: 'deleteSchedule',
    method: 'DELETE',
    path: '/api/schedules/{id}',
    role: 'operator',
    operation: async () => (await schedules()).removeSchedule,
  },
  {
    id: 'pauseSchedule',
    method: 'POST',
    path: '/api/schedules/{id}/pause',
    role: 'operator',
    operation: async () => (await scheduleActions()).pause,
  },
  {
    id: 'resumeSchedule',
    method: 'POST',
    path: '/api/schedules/{id}/resume',
    role: 'operator',
    operation: async () => (await scheduleActions()).resume,
  },
  {
    id: 'runSchedule',
    method: 'POST',
    path: '/api/schedules/{id}/run',
    role: 'operator',
    operation: async () => (await scheduleActions()).run,
  },
  {
    id: 'listFires',
    method: 'GET',
    path: '/api/schedules/{id}/fires',
    role: 'viewer',
    operation: async () => (await scheduleActions()).listFires,
  },
] as const satisfies readonly Route[];

export type OperationId = (typeof ROUTES)[number]['id'];

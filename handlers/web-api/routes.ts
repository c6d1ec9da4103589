import { getHealth } from './health.ts';
import { getMessage, listMessages, postMessage } from './messages.ts';
import type { Operation } from './operation.ts';
import { previewSchedule } from './schedules.ts';

/** Who may: everybody; who reads; who acts. Identity decides it; until then every caller that is known may. */
export type Role = 'public' | 'viewer' | 'operator';

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** A segment in braces is a parameter. */
  path: string;
  role: Role;
  takesBody?: boolean;
  operation: Operation;
}

/** Every operation of the API. The router, the gateway's routes and the tests come from here. */
export const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/api/health', role: 'public', operation: getHealth },
  { method: 'GET', path: '/api/messages', role: 'viewer', operation: listMessages },
  {
    method: 'POST',
    path: '/api/messages',
    role: 'operator',
    takesBody: true,
    operation: postMessage,
  },
  { method: 'GET', path: '/api/messages/{id}', role: 'viewer', operation: getMessage },
  {
    method: 'POST',
    path: '/api/schedules/preview',
    role: 'viewer',
    takesBody: true,
    operation: previewSchedule,
  },
];

import { getHealth } from './health.ts';
import { getMessage, listMessages, postMessage } from './messages.ts';
import type { Operation } from './operation.ts';
import { previewSchedule } from './schedules.ts';

/** Who may: everybody; who has signed in, whatever the groups; who reads; who acts; who administers. */
export type Role = 'public' | 'user' | 'viewer' | 'operator' | 'admin';

export interface Route {
  /** The operation's name in the contract. */
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** A segment in braces is a parameter. */
  path: string;
  role: Role;
  operation: Operation;
}

/** Every operation of the API. The router, the role check, the contract and the gateway's routes come from here. */
export const ROUTES = [
  {
    id: 'getHealth',
    method: 'GET',
    path: '/api/health',
    role: 'public',
    operation: getHealth,
  },
  {
    id: 'listMessages',
    method: 'GET',
    path: '/api/messages',
    role: 'viewer',
    operation: listMessages,
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
    id: 'previewSchedule',
    method: 'POST',
    path: '/api/schedules/preview',
    role: 'viewer',
    operation: previewSchedule,
  },
] as const satisfies readonly Route[];

export type OperationId = (typeof ROUTES)[number]['id'];

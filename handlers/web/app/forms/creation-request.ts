import type { ListedAction } from './action-form.ts';

/** The request that creates a message: a POST to the messages, or to the operation of an action. */
export const creationOf = (
  action: Pick<ListedAction, 'action' | 'operation'> | undefined,
  { isDryRun, notify }: { isDryRun: boolean; notify: boolean },
): { path: string; query: Readonly<Record<string, boolean>> } => {
  if (action === undefined) return { path: '/api/messages', query: {} };
  const names = [action.action, action.operation].map(encodeURIComponent);
  return {
    path: `/api/actions/${names.join('/')}`,
    query: { ...(isDryRun ? { dry_run: true } : {}), ...(notify ? {} : { notify: false }) },
  };
};

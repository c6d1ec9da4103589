import type { ApiRun, RunMessage } from '#handlers/web/app/api/responses.ts';

/** The message of a run with this id. */
export const runMember = (run: ApiRun, id: string): RunMessage | undefined =>
  search([run.root, ...run.others], id);

const search = (nodes: readonly RunMessage[], id: string): RunMessage | undefined => {
  for (const node of nodes) {
    const found = node.id === id ? node : search(node.children, id);
    if (found !== undefined) return found;
  }
  return undefined;
};

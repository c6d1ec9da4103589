import * as z from 'zod/mini';

const Plan = z.object({
  resource_changes: z.optional(
    z.array(z.object({ address: z.string(), change: z.object({ actions: z.array(z.string()) }) })),
  ),
});

/** A resource that a plan changes. Contains no value of the plan. */
export interface PlannedChange {
  address: string;
  action: 'create' | 'update' | 'delete' | 'replace' | 'forget';
}

/** The changes in the output of `terraform show -json`. @throws Error when it is not such an output */
export const plannedChanges = (json: string): PlannedChange[] => {
  const { resource_changes = [] } = z.parse(Plan, JSON.parse(json));
  return resource_changes.flatMap(({ address, change }) => {
    const action = actionOf(change.actions);
    return action === undefined ? [] : [{ address: withoutPersonalKeys(address), action }];
  });
};

/** One root of a plan, as Markdown: the numbers, and a list of the resources that is folded. */
export const planSummary = (root: string, changes: readonly PlannedChange[]): string => {
  const counts = Map.groupBy(changes, ({ action }) => action);
  const numbers = [...counts].map(([action, of]) => `${of.length} to ${action}`).join(', ');
  if (changes.length === 0) return `### ${root}\n\nNo changes.\n`;
  const rows = changes.map(({ address, action }) => `${action.padEnd(7)} ${address}`);
  return [
    `### ${root}: ${numbers}`,
    '',
    '<details><summary>resources</summary>',
    '',
    '```text',
    ...rows,
    '```',
    '',
    '</details>',
    '',
  ].join('\n');
};

const actionOf = (actions: readonly string[]): PlannedChange['action'] | undefined => {
  if (actions.length === 2) return 'replace';
  const [action] = actions;
  return action === 'create' || action === 'update' || action === 'delete' || action === 'forget'
    ? action
    : undefined;
};

/** The key of an instance can be a value, such as the e-mail address of a subscription. Names of queues and topics stay. */
const withoutPersonalKeys = (address: string): string =>
  address.replace(/\["((?:[^"\\]|\\.)*)"\]/g, (all, key: string) =>
    /^[\w./-]{1,64}$/.test(key) ? all : '["…"]',
  );

import { OPERATIONS } from '#lib/actions/catalogue.ts';
import type { ListedEndpoint } from '#lib/actions/http/list-endpoints.ts';
import { allows, type Role } from '#lib/identity/roles.ts';
import { actionTools } from './action-tools.ts';
import { endpointTools } from './endpoint-tools.ts';
import { PLATFORM_TOOLS } from './platform-tools.ts';
import type { Tool } from './tool.ts';

/** The tools of this deployment. */
export interface ToolRegistry {
  /** The tools that a person with these roles may call, in a fixed order. */
  list: (roles: readonly Role[]) => readonly Tool[];
  /** The tool with that name or alias. */
  find: (name: string) => Tool | undefined;
}

const ACTION_TOOLS = actionTools(OPERATIONS);

/** Every tool: the actions of the catalogue, the configured endpoints, and the platform's own operations. */
export const toolRegistry = (endpoints: readonly ListedEndpoint[]): ToolRegistry => {
  const tools = [...ACTION_TOOLS, ...endpointTools(endpoints), ...PLATFORM_TOOLS];
  const byName = new Map(
    tools.flatMap((tool) =>
      [tool.name, ...(tool.aliases ?? [])].map((name) => [name, tool] as const),
    ),
  );
  return {
    list: (roles) => tools.filter(({ role }) => allows(roles, role)),
    find: (name) => byName.get(name),
  };
};

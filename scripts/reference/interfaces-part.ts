import { openApiDocument } from '#handlers/web-api/contract/document.ts';
import { API_ROUTES } from '#handlers/web-api/routes.ts';
import { OPERATIONS } from '#lib/actions/catalogue.ts';
import { toolRegistry } from '#lib/tools/tool-registry.ts';
import { entriesOf } from '#test/support/hcl.ts';
import { localOf } from '#test/support/terraform.ts';
import { code, codes, table } from './markdown.ts';

const endpointTable = (): string => {
  const { paths } = openApiDocument();
  const limits = entriesOf(localOf('public_rps'));
  return table(
    ['request', 'role', 'limit a second', 'does'],
    API_ROUTES.map(({ method, path, role }) => {
      const request = `${method} ${path}`;
      const operation = paths[path]?.[method.toLowerCase()];
      return [code(request), role, limits.get(request) ?? '', operation?.summary ?? ''];
    }),
  );
};

const otherRoutes = (): string => {
  const limits = [...entriesOf(localOf('page_rps')), ...entriesOf(localOf('mcp_rps'))];
  return table(
    ['other request', 'limit a second'],
    limits.map(([route, limit]) => [code(route), limit]),
  );
};

const toolTable = (): string =>
  table(
    ['tool', 'role', 'changes', 'repeatable', 'does'],
    toolRegistry([])
      .list(['admin'])
      .map(({ name, aliases = [], role, hint, isIdempotent, title }) => [
        codes([name, ...aliases]),
        role,
        hint,
        isIdempotent ? 'yes' : 'no',
        title,
      ]),
  );

const actionTable = (): string =>
  table(
    ['operation', 'effect', 'does'],
    OPERATIONS.map(({ action, operation, effect, title }) => [
      code(`${action}.${operation}`),
      effect,
      title,
    ]),
  );

/** Endpoints, tools and operations of actions. */
export const interfacesPart = (): string => `## Endpoints

${endpointTable()}

${otherRoutes()}

[The contract](../api/openapi.yaml) has every parameter, response and error. All limits of the gateway are for all callers together; [security.md](security.md#limits-of-requests) has those of a stage.

## Tools of assistants

${toolTable()}

Each configured endpoint is a tool, too ([assistants.md](../guides/assistants.md)).

## Operations of actions

${actionTable()}`;

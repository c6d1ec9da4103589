import { writtenSchemaOf } from '#lib/actions/action-schemas.ts';
import { callEndpoint } from '#lib/actions/http/call-endpoint.ts';
import type { ClosedInput } from '#lib/actions/http/endpoint-input.ts';
import type { ListedEndpoint } from '#lib/actions/http/list-endpoints.ts';
import { actionTool } from './action-tools.ts';
import { schemaOnDemand } from './closed-schema.ts';
import type { MessageTool } from './tool.ts';

/**
 * One tool for each configured endpoint: the operation that calls it, with the input of the endpoint. No tool of an operation
 * has such a name, because the operation of the action `http` is no tool itself.
 */
export const endpointTools = (endpoints: readonly ListedEndpoint[]): MessageTool[] =>
  endpoints.map(({ name, title, description, effect, approval, input }) =>
    actionTool(callEndpoint, {
      name: `http_${name}`,
      title,
      description,
      effect,
      approval,
      input: withPartTexts(input),
      fixed: { endpoint: name },
    }),
  );

const callSchema = schemaOnDemand(() => writtenSchemaOf(callEndpoint.input, 'input'));

/** The input of an endpoint describes its values. The operation describes the parts of the request. */
const withPartTexts = (input: ClosedInput): object => {
  const { properties: texts = {} } = callSchema() as {
    properties?: Readonly<Record<string, { description?: string }>>;
  };
  const properties = Object.entries(input.properties).map(([name, part]) => [
    name,
    { description: texts[name]?.description, ...part },
  ]);
  return { ...input, properties: Object.fromEntries(properties) };
};

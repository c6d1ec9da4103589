import { callEndpoint } from '#lib/actions/http/call-endpoint.ts';
import type { ListedEndpoint } from '#lib/actions/http/list-endpoints.ts';
import { actionTool } from './action-tools.ts';
import type { MessageTool } from './tool.ts';

/** One tool for each configured endpoint: the operation that calls it, with the input of the endpoint. */
export const endpointTools = (endpoints: readonly ListedEndpoint[]): MessageTool[] =>
  endpoints.map(({ name, title, description, effect, approval, input }) =>
    actionTool(callEndpoint, {
      name: `http_${name}`,
      title,
      description,
      effect,
      approval,
      input,
      fixed: { endpoint: name },
    }),
  );

import { operation } from '#handlers/web-api/operation.ts';

/** Every operation that a web action can run. */
export const getActions = operation({}, async (_request, { describeActions }) => {
  const data = await describeActions();
  return { status: 200, body: { data, count: data.length } };
});

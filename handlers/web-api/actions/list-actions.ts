import { operation } from '#handlers/web-api/operation.ts';

/** Every operation that a web action can run, and every configured endpoint. */
export const getActions = operation({}, async ({ log }, { describeActions }) => {
  const data = await describeActions(log);
  return { status: 200, body: { data, count: data.length } };
});

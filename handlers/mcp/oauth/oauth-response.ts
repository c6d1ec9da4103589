import type { McpResponse } from '#handlers/mcp/route.ts';

export const oauthJsonResponse = (status: number, body: unknown): McpResponse => ({
  status,
  headers: { 'Content-Type': 'application/json' },
  text: JSON.stringify(body),
});

/** A redirect that a browser follows with GET. Fields without a value are left out. */
export const redirectResponse = (
  uri: string,
  fields: Readonly<Record<string, string | undefined>>,
): McpResponse => {
  const given = Object.entries(fields).filter(
    (field): field is [string, string] => field[1] !== undefined,
  );
  const separator = uri.includes('?') ? '&' : '?';
  return {
    status: 303,
    headers: {
      Location: given.length === 0 ? uri : `${uri}${separator}${new URLSearchParams(given)}`,
    },
  };
};

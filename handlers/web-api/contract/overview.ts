/** The rules for all operations. */
const DESCRIPTION = `The REST API of one deployment of rez-agent. Requests and responses are JSON in UTF-8.

**Signing in.** Operations that are not public need an access token, as \`Authorization: Bearer …\`. \`x-role\` is the role that an operation requires: a \`viewer\` can read, an \`operator\` can also create and change, and an \`admin\` can do everything. \`user\` means every signed-in user.

**Errors** have one shape, \`{ "error": { "code", "message", "details", "correlation_id" } }\`. Programs should use \`code\`. Unknown or repeated parameters and unknown properties are rejected, not ignored. Errors of the gateway (no token, a token that this deployment did not issue, too many requests) have another shape: \`{ "message" }\`.

**Bodies** have at most 256 KB, a depth of 20, and 10,000 properties and list items. JSON that cannot be stored without a change is a 400: a repeated property, an empty property name, the name \`__proto__\`, an unpaired surrogate, and a number that is larger than 2^53 - 1 or closer to zero than 1e-130.

**Times** are ISO 8601 with an offset. In a query, write a plus sign as \`%2B\`.

**Paths.** An unknown path is a 404 \`ROUTE_NOT_FOUND\`. A known path with another method is a 405 \`METHOD_NOT_ALLOWED\` with \`Allow\`. Every path supports \`OPTIONS\`.

**Every response** has \`X-Correlation-ID\`, \`Cache-Control: no-store\`, HSTS, \`nosniff\`, and a content security policy that forbids framing. Only this contract, as JSON and as a page, can be cached: for an hour, and then as long as its \`ETag\` is the same.`;

export const OVERVIEW = {
  title: 'rez-agent',
  version: '1.0.0',
  description: DESCRIPTION,
  license: { name: 'MIT', identifier: 'MIT' },
};

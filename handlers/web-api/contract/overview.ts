/** What holds for every operation. */
const DESCRIPTION = `The REST API of one deployment of rez-agent: JSON in and out, UTF-8.

**Signing in.** Operations that are not public take the access token as \`Authorization: Bearer …\`. The role that an operation needs is \`x-role\`: \`viewer\` reads, \`operator\` also creates and changes, \`admin\` may do everything, and \`user\` is everybody who has signed in.

**Errors** have one shape, \`{ "error": { "code", "message", "details", "correlation_id" } }\`. Programs should use \`code\`. Unknown and repeated parameters and unknown properties are refused, never ignored. The errors of the gateway itself (no token, a token that this deployment never issued, too many requests) have another shape: \`{ "message" }\`.

**Bodies** have 256 KB, a depth of 20, and 10,000 properties and list items at most. Everything that could not be stored as it was sent is a 400: a property given twice, an empty property name, the name \`__proto__\`, half of a surrogate pair, and numbers beyond 2^53 - 1 or closer to zero than 1e-130 without being zero.

**Instants** are ISO 8601 with an offset. In a query a plus is written \`%2B\`.

An unknown **path** is a 404 \`ROUTE_NOT_FOUND\`; a known path with another method is a 405 \`METHOD_NOT_ALLOWED\` with \`Allow\`. Every path answers \`OPTIONS\`.

**Every answer** carries \`X-Correlation-ID\`, \`Cache-Control: no-store\`, HSTS, \`nosniff\`, and a policy that lets nothing frame it. Only this contract, as JSON and as a page, may be kept: for an hour, and then as long as its \`ETag\` is the same.`;

export const OVERVIEW = {
  title: 'rez-agent',
  version: '1.0.0',
  description: DESCRIPTION,
  license: { name: 'MIT', identifier: 'MIT' },
};

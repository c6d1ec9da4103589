/** The path to which the user pool returns. It is the only one of its client for MCP clients. */
export const OAUTH_CALLBACK_PATH = '/oauth/callback';

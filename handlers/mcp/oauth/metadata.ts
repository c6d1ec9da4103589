import type { McpRequest, McpResponse, OauthDeps } from '#handlers/mcp/route.ts';
import { resourceAt } from './oauth-request.ts';
import { oauthJsonResponse } from './oauth-response.ts';

/** Tells a client where tokens for the MCP server are issued. Source: RFC 9728, section 3.2. */
export const describeResource = (_: McpRequest, { publicUrl }: OauthDeps): McpResponse =>
  oauthJsonResponse(200, {
    resource: resourceAt(publicUrl),
    authorization_servers: [publicUrl],
    bearer_methods_supported: ['header'],
    resource_name: 'rez-agent',
  });

/** Tells a client how to sign a person in. Source: RFC 8414, section 3.2; RFC 9207, section 3. */
export const describeServer = (_: McpRequest, { publicUrl }: OauthDeps): McpResponse =>
  oauthJsonResponse(200, {
    issuer: publicUrl,
    authorization_endpoint: `${publicUrl}/oauth/authorize`,
    token_endpoint: `${publicUrl}/oauth/token`,
    registration_endpoint: `${publicUrl}/oauth/register`,
    revocation_endpoint: `${publicUrl}/oauth/revoke`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
  });

import { describe, expect, it } from 'vitest';
import { FLAG_NAMES } from '#lib/config/flags.ts';
import { OAUTH_CALLBACK_PATH } from '#lib/identity/oauth/callback-path.ts';
import { CALLBACK_PATH } from '#lib/identity/sign-in/redirect-uris.ts';
import { env, requiredVariables } from '#lib/platform/env.ts';
import {
  APP,
  attributeOf,
  blockOf,
  environmentOf,
  flagsCreated,
  functions,
  localOf,
} from '#test/support/terraform.ts';

describe('the environment', () => {
  it('of at least one function contains each variable that the code declares without a default', () => {
    const set = new Set(functions().flatMap((name) => [...environmentOf(name).keys()]));

    expect(requiredVariables().filter(({ name }) => !set.has(name))).toEqual([]);
  });

  it('allows the same callback page of the platform as the user pool', () => {
    const own = /^concat\(var\.redirect_uris, \["\$\{local\.public_url\}([^"]*)"\]\)$/;

    expect(own.exec(localOf('redirect_uris'))?.[1]).toBe(CALLBACK_PATH);
  });

  it('has the same callback for MCP clients as the user pool', () => {
    const own = attributeOf(blockOf(APP, 'module', 'user_pool'), 'mcp_redirect_uri');

    expect(own).toBe(`"\${local.public_url}${OAUTH_CALLBACK_PATH}"`);
  });

  it('has another client of the user pool for assistants than for the API', () => {
    const clients = ['authorizer', 'mcp', 'web-api'].map((name) =>
      environmentOf(name).get('USER_POOL_CLIENT_ID'),
    );

    expect(clients).toEqual([
      'module.user_pool.client_id',
      'module.user_pool.mcp_client_id',
      'module.user_pool.client_id',
    ]);
  });

  it('of the tests names the tables that Terraform creates', () => {
    expect(env('BREAKERS_TABLE')).toBe('rez-agent-circuit-breaker-dev');
    expect(env('SCHEDULES_TABLE')).toBe('rez-agent-schedules-dev');
  });
});

describe('feature flags', () => {
  it('are created for every flag that the code declares, and for no other', () => {
    expect([...flagsCreated()].sort()).toEqual([...FLAG_NAMES].sort());
  });
});

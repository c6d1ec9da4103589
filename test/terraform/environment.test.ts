import { describe, expect, it } from 'vitest';
import { FLAG_NAMES } from '#lib/config/flags.ts';
import { CALLBACK_PATH } from '#lib/identity/sign-in/redirect-uris.ts';
import { env, requiredVariables } from '#lib/platform/env.ts';
import { environmentOf, flagsCreated, functions, localOf } from '#test/support/terraform.ts';

describe('the environment', () => {
  it('of some function holds each variable that the code declares without a default', () => {
    const set = new Set(functions().flatMap((name) => [...environmentOf(name).keys()]));

    expect(requiredVariables().filter(({ name }) => !set.has(name))).toEqual([]);
  });

  it('lets people return to the same page of the platform as the user pool does', () => {
    const own = /^concat\(var\.redirect_uris, \["\$\{local\.public_url\}([^"]*)"\]\)$/;

    expect(own.exec(localOf('redirect_uris'))?.[1]).toBe(CALLBACK_PATH);
  });

  it('names in tests the tables that Terraform creates', () => {
    expect(env('BREAKERS_TABLE')).toBe('rez-agent-circuit-breaker-dev');
    expect(env('SCHEDULES_TABLE')).toBe('rez-agent-schedules-dev');
  });
});

describe('feature flags', () => {
  it('are created for every flag that the code declares, and for no other', () => {
    expect([...flagsCreated()].sort()).toEqual([...FLAG_NAMES].sort());
  });
});

import { describe, expect, it } from 'vitest';
import { FLAG_NAMES } from '#lib/config/flags.ts';
import { env, requiredVariables } from '#lib/platform/env.ts';
import { environmentOf, flagsCreated, functions } from '#test/support/terraform.ts';

describe('the environment', () => {
  it('of some function holds each variable that the code declares without a default', () => {
    const set = new Set(functions().flatMap((name) => [...environmentOf(name).keys()]));

    expect(requiredVariables().filter(({ name }) => !set.has(name))).toEqual([]);
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

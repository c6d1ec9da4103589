import { describe, expect, it } from 'vitest';
import { readRecord, readState } from '#test/e2e/support/record.ts';
import { permissionsIn, permits } from '#test/support/iam/policy.ts';
import { functions } from '#test/support/terraform.ts';
import { describes, UNCALLED } from './uncalled.ts';

/** The local AWS allows everything. These tests calculate what AWS would allow. */
const { calls, unread, incomplete } = readRecord();
if (incomplete !== undefined) {
  process.stderr.write(`whether a role allows too much is not judged: ${incomplete}\n`);
}

const permissions = permissionsIn(readState());
const of = <Named extends { name: string }>(list: readonly Named[], name: string) =>
  list.filter((one) => one.name === name);
const shown = ({ action, resource }: { action: string; resource: string }) =>
  `${action} on ${resource}`;

describe('the calls that functions made in the end-to-end tests', () => {
  it('can all be mapped to IAM actions', () => {
    expect(calls.length).toBeGreaterThan(0);
    expect(unread).toEqual([]);
  });

  it.each(functions())('by %s are allowed by its role', (name) => {
    const refused = of(calls, name).filter(
      (call) => !of(permissions, name).some((permission) => permits(permission, call)),
    );

    expect(refused.map(shown)).toEqual([]);
  });
});

describe('the role', () => {
  it.for(functions())(
    'of %s allows only calls that were made or that have a listed reason',
    (name, test) => {
      test.skip(incomplete !== undefined, incomplete);

      const idle = of(permissions, name).filter(
        (permission) =>
          !of(calls, name).some((call) => permits(permission, call)) &&
          !UNCALLED.some((entry) => describes(entry, permission)),
      );

      expect(idle.map(shown)).toEqual([]);
    },
  );

  it.each(UNCALLED)('has a permission for each listed reason: $action, $because', (entry) => {
    expect(permissions.some((permission) => describes(entry, permission))).toBe(true);
  });
});

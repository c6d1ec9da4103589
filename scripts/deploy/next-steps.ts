import type { MissingValue } from '#handlers/web-api/system/missing-configuration.ts';
import { line } from '#scripts/printable.ts';

/** What `make deploy` prints at its end. */
export const nextSteps = ({
  stage,
  address,
  missing,
}: {
  stage: string;
  address: string;
  missing: readonly MissingValue[];
}): string[] => [
  line`address: ${address}`,
  line`first user, if there is none: make user EMAIL=you@example.org ROLE=admin STAGE=${stage}`,
  ...missing.map(
    ({ name, needed_for, command }) => line`missing: ${name}, for ${needed_for}: ${command}`,
  ),
];

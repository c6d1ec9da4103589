import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { regionOf } from '#scripts/region.ts';
import { attributeOf, blockOf, bodyOf } from '#test/support/terraform.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const STAGES = ['dev', 'stage', 'prod'];

describe('the region of the commands', () => {
  it.each(['eu-central-1', 'ap-southeast-2', 'us-gov-west-1'])(
    'is %s if AWS_REGION says so',
    (name) => {
      expect(regionOf(name)).toBe(name);
    },
  );

  it.each([undefined, ''])('is that of the roots if AWS_REGION is %j', (name) => {
    for (const stage of STAGES) {
      const { attributes } = blockOf(bodyOf(`envs/${stage}`), 'variable', 'region');

      expect(attributes.get('default')).toBe(`"${regionOf(name)}"`);
    }
    expect(readFileSync(join(ROOT, 'scripts/terraform.sh'), 'utf8')).toContain(
      `\${AWS_REGION:-${regionOf(name)}}`,
    );
  });

  it.each(['eu-central', 'x.example.org/', 'eu-central-1 '])('is never %j', (name) => {
    expect(() => regionOf(name)).toThrow('AWS_REGION must be a region');
  });
});

describe('a root', () => {
  it.each(STAGES)('%s has resources and state in the given region', (stage) => {
    const body = bodyOf(`envs/${stage}`);
    const backend = blockOf(blockOf(body, 'terraform'), 'backend', 's3');

    expect(attributeOf(blockOf(body, 'provider', 'aws'), 'region')).toBe('var.region');
    // `scripts/terraform.sh` passes it.
    expect(backend.attributes.has('region')).toBe(false);
  });

  it('is the only place of Terraform that names a region, besides the local one', () => {
    const naming = globSync('terraform/{bootstrap/*,modules/*/*,envs/*/*}.tf', {
      cwd: ROOT,
    }).filter((file) => /"[a-z]{2}(-[a-z]+)+-\d"/.test(readFileSync(join(ROOT, file), 'utf8')));

    expect(naming.sort()).toEqual([
      'terraform/bootstrap/variables.tf',
      'terraform/envs/dev/variables.tf',
      'terraform/envs/local/providers.tf',
      'terraform/envs/prod/variables.tf',
      'terraform/envs/stage/variables.tf',
    ]);
  });
});

/** Each place that may name a region, and nothing else may: the rest reads AWS_REGION or the variable of its root. */
const NAMING_A_REGION = [
  // Examples in the contract
  'handlers/web-api/contract/entries/sign-in.ts',
  'handlers/web-api/contract/shapes/schedule.ts',
  // The default, which the tests above compare
  'lib/platform/env.ts',
  'scripts/region.ts',
  'scripts/terraform.sh',
  // Measurements without AWS, and the prices of one region
  'scripts/bench/environment.ts',
  'scripts/bench/events.ts',
  'scripts/bench/operations.ts',
  'scripts/bench/prices.ts',
  'scripts/soak/volume-world.ts',
  // The local AWS
  'scripts/doctor/doctor-ports.ts',
  'scripts/local/clients.ts',
  'scripts/local/terraform.ts',
];

describe('code, scripts and workflows', () => {
  it('name a region only as the default, in examples and for the local AWS', () => {
    const naming = globSync(
      ['{handlers,lib,middleware,scripts}/**/*.*', '.ci/*', '.github/workflows/*.yml', 'Makefile'],
      { cwd: ROOT },
    ).filter(
      (file) =>
        statSync(join(ROOT, file)).isFile() &&
        /\b[a-z]{2}(-gov)?-(central|(north|south)?(east|west)?)-\d\b/.test(
          readFileSync(join(ROOT, file), 'utf8'),
        ),
    );

    expect(naming.sort()).toEqual(NAMING_A_REGION.toSorted());
  });
});

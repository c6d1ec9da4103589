import { globSync, readFileSync } from 'node:fs';
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
    const naming = globSync('terraform/{modules,envs}/*/*.tf', { cwd: ROOT }).filter((file) =>
      /"[a-z]{2}(-[a-z]+)+-\d"/.test(readFileSync(join(ROOT, file), 'utf8')),
    );

    expect(naming.sort()).toEqual([
      'terraform/envs/dev/variables.tf',
      'terraform/envs/local/providers.tf',
      'terraform/envs/prod/variables.tf',
      'terraform/envs/stage/variables.tf',
    ]);
  });
});

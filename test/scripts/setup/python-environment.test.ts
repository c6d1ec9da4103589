import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '#scripts/local/paths.ts';
import { isRecent } from '#scripts/setup/python-environment.ts';

const REQUIREMENTS = readFileSync(join(ROOT, 'scripts/local/requirements.txt'), 'utf8');

describe('the local AWS', () => {
  it.each([
    ['Python 3.10.0', true],
    ['Python 3.14.1+', true],
    ['Python 4.0.0', true],
    ['Python 3.9.18', false],
    ['Python 2.7.18', false],
    ['', false],
  ])('accepts the output "%s" of python: %s', (version, recent) => {
    expect(isRecent(version)).toBe(recent);
  });

  it('is installed from exact versions with hashes, and names no package index', () => {
    const packages = REQUIREMENTS.split(/\n(?=[a-z])/).filter((block) => /^[a-z]/.test(block));

    expect(packages.length).toBeGreaterThan(3);
    for (const block of packages) expect(block).toMatch(/^[\w-]+==\S+ [\s\S]*--hash=sha256:/);
    expect(REQUIREMENTS).not.toMatch(/https?:|--(extra-)?index-url|--find-links/);
  });
});

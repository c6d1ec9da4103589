import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSecrets, scanForSecrets } from '#scripts/ci/find-secrets.ts';
import { CHECK_TOOLS } from '#scripts/ci/python-tools.ts';
import { ensurePythonEnvironment } from '#scripts/setup/python-environment.ts';

/** Where `make check` did not run yet. */
const INSTALL_TIMEOUT_MS = 120_000;

let folder: string;
beforeAll(async () => {
  await ensurePythonEnvironment(CHECK_TOOLS, (_label, work) => work());
  folder = mkdtempSync(join(tmpdir(), 'rez-agent-secrets-'));
  execFileSync('git', ['init', '--quiet', folder]);
}, INSTALL_TIMEOUT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Texts with the form of secrets, put together here so that no file contains them. */
const PLANTED = {
  'aws.ts': `const id = '${['AK', 'IA', 'Q3EGRJ7W2ZTNM5XB'].join('')}';`,
  'github.ts': `const text = '${['gh', 'p_', 'x1Y2z3W4v5U6', 'g7H8i9J0k1L2', 'm3N4o5P6q7R8'].join('')}';`,
  'key.pem': `${['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' ')}\nMIIE`,
  'settings.ini': `${'pass'}word = "${['tQ9!', 'vLr2', 'Zx7p'].join('')}"`,
};

describe('the scan for secrets', () => {
  it('finds secrets in files that Git tracks or would track, and nothing in clean ones', async () => {
    writeFileSync(join(folder, 'clean.ts'), 'export const cooldownMs = 30_000;\n');
    writeFileSync(join(folder, '.gitignore'), 'ignored.ts\n');
    writeFileSync(join(folder, 'ignored.ts'), PLANTED['aws.ts']);
    for (const [file, text] of Object.entries(PLANTED)) writeFileSync(join(folder, file), text);
    execFileSync('git', ['add', 'aws.ts'], { cwd: folder });

    const found = await scanForSecrets(folder);

    expect([...new Set(found.map(({ file }) => file))].sort()).toEqual(Object.keys(PLANTED));
    expect(found.every(({ row }) => row === 1)).toBe(true);
  });

  it('reports a secret in a file whose other findings are known', () => {
    const found = ['a', 'b'].map((digest) => ({ file: 'x.ts', row: 1, type: 'Key', digest }));

    expect(newSecrets(found, { 'x.ts': 'c b' }).map(({ digest }) => digest)).toEqual(['a']);
    expect(newSecrets(found, { 'x.ts': 'a b' })).toEqual([]);
    expect(newSecrets(found, { 'y.ts': 'a b' })).toHaveLength(2);
  });

  it('fails when Git does not list the files', async () => {
    await expect(scanForSecrets(tmpdir())).rejects.toThrow('Git did not list the files');
  });
});

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, '../../scripts/terraform/find-mirror.sh');
const PROVIDER = 'registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64/terraform-provider-aws';

let top: string;

beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'rez-agent-mirror-')));
});

afterEach(() => rmSync(top, { recursive: true }));

/** A mirror in that folder, with the modes that a package manager sets. */
const mirrorIn = (folder: string) => {
  const provider = join(top, folder, PROVIDER);
  mkdirSync(dirname(provider), { recursive: true });
  writeFileSync(provider, '');
  for (let path = provider; path !== top; path = dirname(path)) chmodSync(path, 0o755);
};

const find = () => {
  const { stdout, stderr } = spawnSync(
    'bash',
    ['-euc', `. "$1"; find_mirror "$2"`, '-', SCRIPT, top],
    // With a socket as its input, bash may read the startup files of the machine.
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return { found: stdout.trim(), said: stderr };
};

describe('a mirror of providers without a configuration', () => {
  it.each(['apps/tf', 'apps/a/tf'])('is found in %s', (folder) => {
    mirrorIn(folder);

    expect(find()).toEqual({ found: join(top, folder), said: '' });
  });

  it.each(['apps', 'tmp/tf', 'home/me', 'mnt/disk/tf'])('is not looked for in %s', (folder) => {
    mirrorIn(folder);

    expect(find()).toEqual({ found: '', said: '' });
  });

  const levels = [
    ['the folder above it', 'apps'],
    ['the mirror', 'apps/tf'],
    ['a folder in it', 'apps/tf/registry.terraform.io/hashicorp'],
    ['the version', 'apps/tf/registry.terraform.io/hashicorp/aws/5.100.0'],
    ['the provider', `apps/tf/${PROVIDER}`],
  ] as const;
  const modes = [
    ['everybody', 0o757],
    ['its group', 0o775],
    ['everybody, but only for own files', 0o1777],
  ] as const;

  it.each(
    levels.flatMap(([what, path]) => modes.map(([who, mode]) => ({ what, path, who, mode }))),
  )('is not used when $who can write to $what, and one line says so', ({ path, mode }) => {
    mirrorIn('apps/tf');
    chmodSync(join(top, path), mode);

    const { found, said } = find();

    expect(found).toBe('');
    expect(said).toMatch(
      /^terraform: the provider mirror \S+ is not used: .+ TF_PROVIDER_MIRROR if you trust it\n$/,
    );
  });

  it('is skipped for the next mirror that nobody else can change', () => {
    mirrorIn('apps/a');
    mirrorIn('apps/b');
    chmodSync(join(top, 'apps/a'), 0o777);

    expect(find().found).toBe(join(top, 'apps/b'));
  });

  it.runIf(process.getuid?.() === 0)('is not used when somebody else owns a level of it', () => {
    mirrorIn('apps/tf');
    chownSync(join(top, 'apps/tf/registry.terraform.io'), 12_345, 12_345);

    expect(find().found).toBe('');
  });

  describe('behind a link', () => {
    it('is used when nobody else can change the target of the link', () => {
      mirrorIn('apps/real/tf');
      mkdirSync(join(top, 'links'), { mode: 0o755 });
      symlinkSync('../apps/real/tf', join(top, 'links/tf'));
      rmSync(join(top, 'apps/real/tf/registry.terraform.io/x'), { force: true });

      expect(find().found).toMatch(/\/(apps\/real|links)\/tf$/);
    });

    it.each([
      ['the folder that holds the target', 'store'],
      ['the target', 'store/tf'],
      ['what is in the target', `store/tf/${PROVIDER}`],
    ])('is not used when somebody else can write to %s', (_, path) => {
      mirrorIn('store/tf');
      mkdirSync(join(top, 'links'), { mode: 0o755 });
      symlinkSync('../store/tf', join(top, 'links/tf'));
      chmodSync(join(top, path), 0o777);

      expect(find().found).toBe('');
    });

    it('is not used when somebody else can replace a link in its path', () => {
      mirrorIn('deep/er/real/tf');
      mkdirSync(join(top, 'public'));
      symlinkSync('../deep/er/real/tf', join(top, 'public/tf'));
      chmodSync(join(top, 'public'), 0o777);
      mkdirSync(join(top, 'links'), { mode: 0o755 });
      symlinkSync('../public/tf', join(top, 'links/tf'));

      expect(find().found).toBe('');
    });

    it('is not used when a provider in it is a link to a file that somebody else can write', () => {
      mirrorIn('apps/tf');
      mkdirSync(join(top, 'store'), { mode: 0o755 });
      writeFileSync(join(top, 'store/provider'), '');
      chmodSync(join(top, 'store/provider'), 0o666);
      rmSync(join(top, 'apps/tf', PROVIDER));
      symlinkSync('../../../../../../../store/provider', join(top, 'apps/tf', PROVIDER));

      expect(find().found).toBe('');
    });

    it('is not used when the link points to itself', () => {
      mkdirSync(join(top, 'links'), { mode: 0o755 });
      symlinkSync('tf', join(top, 'links/tf'));

      expect(find()).toEqual({ found: '', said: '' });
    });
  });
});

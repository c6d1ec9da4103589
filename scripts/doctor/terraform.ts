/** Terraform and its providers against the versions that the roots require. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Check, CheckLine } from './check.ts';
import type { DoctorTarget } from './target.ts';
import { satisfies } from './version-constraint.ts';

export interface TerraformPorts {
  /** The output of `terraform version -json`. @throws Error when Terraform does not run */
  version: () => Promise<string>;
  /** The folder with the roots. */
  roots: string;
}

const LOCK_FILE = '.terraform.lock.hcl';

export const terraformChecks = (
  { version, roots }: TerraformPorts,
  { stage, isLocal }: DoctorTarget,
): Check[] => {
  const root = isLocal ? 'local' : stage;
  return [
    {
      name: 'Terraform',
      fix: 'install Terraform: https://developer.hashicorp.com/terraform/install',
      run: async () => [
        terraformLine(terraformVersion(await version()), requiredVersion(roots, root)),
      ],
    },
    {
      name: 'providers',
      fix: `git checkout -- terraform/envs/${root}`,
      run: async () => providerLines(roots, root),
    },
  ];
};

const terraformVersion = (json: string): string => {
  // Terraform may print a warning about its own configuration before and after the JSON.
  const parsed: unknown = JSON.parse(json.slice(json.indexOf('{'), json.lastIndexOf('}') + 1));
  const { terraform_version } = parsed as { terraform_version?: unknown };
  if (typeof terraform_version !== 'string') throw new Error('terraform did not print its version');
  return terraform_version;
};

const requiredVersion = (roots: string, root: string): string => {
  const text = textOf(roots, root);
  const [, required] = /^\s*required_version\s*=\s*"([^"]+)"/m.exec(text) ?? [];
  if (required === undefined) throw new Error(`terraform/envs/${root} requires no version`);
  return required;
};

const terraformLine = (version: string, required: string): CheckLine => {
  const line = { name: 'Terraform', text: `${version}; required: ${required}` };
  if (satisfies(version, required)) return { ...line, state: 'ok' };
  const fix = 'install Terraform: https://developer.hashicorp.com/terraform/install';
  return { ...line, state: 'failed', fix };
};

const providerLines = (roots: string, root: string): CheckLine[] => {
  const lock = readFileSync(join(roots, root, LOCK_FILE), 'utf8');
  const others = globSync(`*/${LOCK_FILE}`, { cwd: roots });
  const different = others.filter((file) => readFileSync(join(roots, file), 'utf8') !== lock);
  if (different.length > 0) {
    return [
      {
        state: 'failed',
        name: 'providers',
        text: `the lock file of ${root} differs from that of another root`,
        fix: `git checkout -- terraform/envs/*/${LOCK_FILE}`,
      },
    ];
  }
  const required = requiredProviders(textOf(roots, root));
  const locked = lockedProviders(lock);
  return [...required].map(([source, constraint]) =>
    providerLine({ source, constraint, version: locked.get(source) }, join(roots, root), root),
  );
};

interface Provider {
  /** As in `required_providers`: `hashicorp/aws`. */
  source: string;
  constraint: string;
  /** `undefined` when the lock file does not contain it. */
  version: string | undefined;
}

const providerLine = (
  { source, constraint, version }: Provider,
  folder: string,
  root: string,
): CheckLine => {
  const name = `provider ${basename(source)}`;
  if (version === undefined || !satisfies(version, constraint)) {
    return {
      state: 'failed',
      name,
      text: `${version ?? 'no version'} is locked; required: ${constraint}`,
      fix: `git checkout -- terraform/envs/${root}`,
    };
  }
  const installed = installedVersions(folder, source);
  if (installed.length > 0 && !installed.includes(version)) {
    return {
      state: 'failed',
      name,
      text: `${installed.join(', ')} is installed, and ${version} is locked`,
      fix: `scripts/terraform.sh ${root} init`,
    };
  }
  return { state: 'ok', name, text: `${version} is locked; required: ${constraint}` };
};

/** The versions in the folder that `init` wrote. Empty before the first `init`. */
const installedVersions = (folder: string, source: string): string[] => {
  const providers = join(folder, '.terraform', 'providers');
  if (!existsSync(providers)) return [];
  return globSync(`*/${source}/*`, { cwd: providers }).map((path) => basename(path));
};

/** The text of all files of a root. */
const textOf = (roots: string, root: string): string =>
  globSync('*.tf', { cwd: join(roots, root) })
    .map((file) => readFileSync(join(roots, root, file), 'utf8'))
    .join('\n');

const requiredProviders = (text: string): Map<string, string> =>
  new Map(
    [...text.matchAll(/source\s*=\s*"([\w-]+\/[\w-]+)"\s*\n\s*version\s*=\s*"([^"]+)"/g)].map(
      ([, source = '', constraint = '']) => [source, constraint],
    ),
  );

const lockedProviders = (lock: string): Map<string, string> =>
  new Map(
    [...lock.matchAll(/^provider "[^/]+\/([^"]+)" \{\n\s*version\s*=\s*"([^"]+)"/gm)].map(
      ([, source = '', version = '']) => [source, version],
    ),
  );

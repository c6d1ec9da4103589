/**
 * Plans roots in a copy of `terraform/` that keeps its state in a file, against an empty local AWS. Nothing is applied, and
 * no account is needed.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFunction, functionNames } from '#scripts/build.ts';
import { startMinistack } from '#scripts/local/ministack.ts';
import { LOCAL_DIR, ROOT } from '#scripts/local/paths.ts';
import { keepPrivate } from '#scripts/local/private.ts';
import type { ProgressStep } from '#scripts/local/progress.ts';
import { ensureVenv } from '#scripts/local/setup.ts';
import { terraformEnvironment } from '#scripts/local/terraform.ts';
import { run } from '#scripts/test/run.ts';

export const ROOTS = ['local', 'dev', 'stage', 'prod'] as const;

const TIMEOUT_MS = 300_000;
/** A required variable without a default in the roots. No plan shows it. */
const NTFY_URL = 'https://ntfy.example.org/topic';
/** The variables of the local root, which `make dev` sets. */
const LOCAL_VARIABLES = {
  local_origins: 'http://127.0.0.1:9999',
  public_url: 'http://localhost:7070',
};
const LOCAL_BACKEND = 'terraform {\n  backend "local" {}\n}\n';

/** The plan of each root as `terraform show -json` prints it. @throws Error with the output of Terraform */
export const planRoots = async (
  roots: readonly string[],
  step: ProgressStep,
): Promise<ReadonlyMap<string, string>> => {
  keepPrivate(LOCAL_DIR);
  await ensureVenv(step);
  const dir = mkdtempSync(join(LOCAL_DIR, 'plans-'));
  try {
    const dist = join(dir, 'dist');
    await step('building', () =>
      Promise.all(functionNames().map((name) => buildFunction(name, { outDir: dist }))),
    );
    copyTerraform(dir, roots);
    const aws = await startMinistack({ dir: join(dir, 'aws') });
    try {
      const plans = new Map<string, string>();
      for (const root of roots) {
        const local = { ...LOCAL_VARIABLES, local_endpoint: aws.endpoint };
        const variables = { dist_dir: dist, ntfy_url: NTFY_URL, ...(root === 'local' && local) };
        const env = environmentOf(aws.endpoint, join(dir, 'data', root), variables);
        plans.set(root, await step(`planning ${root}`, () => planOne(dir, root, env)));
      }
      return plans;
    } finally {
      await aws.stop();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

/** The roots get another folder: in `envs/`, the script requires the bucket of the state. */
const copyTerraform = (dir: string, roots: readonly string[]) => {
  const filter = (source: string) => !source.endsWith('.terraform');
  for (const path of [
    'scripts/terraform.sh',
    'scripts/terraform',
    'terraform/modules',
    'docs/api',
  ]) {
    cpSync(join(ROOT, path), join(dir, path), { recursive: true, filter });
  }
  const lock = 'terraform/envs/local/.terraform.lock.hcl';
  cpSync(join(ROOT, lock), join(dir, lock));
  for (const root of roots) {
    const copy = join(dir, 'terraform', 'roots', root);
    cpSync(join(ROOT, 'terraform', 'envs', root), copy, { recursive: true, filter });
    writeFileSync(join(copy, 'backend_override.tf'), LOCAL_BACKEND);
  }
};

const environmentOf = (
  endpoint: string,
  data: string,
  variables: Readonly<Record<string, string>>,
) => {
  mkdirSync(data, { recursive: true });
  const entries = Object.entries(terraformEnvironment(endpoint, data, variables));
  return Object.fromEntries(entries.flatMap(([name, value]) => (value ? [[name, value]] : [])));
};

const planOne = async (dir: string, root: string, env: Readonly<Record<string, string>>) => {
  const terraform = async (...args: string[]) => {
    const command = [join(dir, 'scripts', 'terraform.sh'), `roots/${root}`, ...args];
    const { code, output } = await run(command, {
      ...{ env, cwd: dir, signal: AbortSignal.timeout(TIMEOUT_MS) },
    });
    if (code !== 0) throw new Error(`terraform ${args[0]} of ${root} failed:\n${output}`);
    return output;
  };
  const file = join(dir, `${root}.tfplan`);
  // The last -backend counts: the script does not use the backend of other folders.
  await terraform('init', '-backend=true');
  await terraform('plan', '-input=false', `-out=${file}`);
  const output = await terraform('show', '-json', file);
  return output.slice(output.indexOf('{'));
};

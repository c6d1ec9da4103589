import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CREDENTIALS, type LocalClients } from './clients.ts';
import { createBucket, plannedBucket } from './import-bucket.ts';
import { createQueues, plannedCount, plannedQueues, type TerraformPlan } from './import-queues.ts';
import { writePidFile } from './leftovers.ts';
import type { ProgressStep } from './progress.ts';
import { runToLog } from './run-to-log.ts';

export interface ApplyOptions {
  /** The repository whose `terraform/envs/local` is applied. */
  root: string;
  /** Folder of the stack, for the Terraform state and the log. */
  dir: string;
  endpoint: string;
  clients: LocalClients;
  /** Values for the variables of the root. */
  variables: Readonly<Record<string, string>>;
  step: ProgressStep;
  signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 240_000;

/** Creates the resources of `envs/local`. @throws Error when a resource of the plan is missing afterwards */
export const applyLocalRoot = async (options: ApplyOptions): Promise<void> => {
  const { root, dir, endpoint, clients, step } = options;
  const planFile = join(dir, 'plan');
  const importsFile = join(root, 'terraform', 'envs', 'local', 'imports.tf');
  const stateFile = join(dir, 'terraform.tfstate');
  const { terraform, readPlan } = terraformIn(options);

  rmSync(importsFile, { force: true });
  await step('preparing Terraform', () =>
    terraform('init', '-input=false', '-reconfigure', `-backend-config=path=${stateFile}`),
  );
  const plan = await step('planning', async () => {
    await terraform('plan', '-input=false', `-out=${planFile}`);
    return readPlan(planFile);
  });
  await step(`applying ${plannedCount(plan)} resources`, async () => {
    try {
      const queues = await createQueues(clients.sqs, plannedQueues(plan));
      const bucket = plannedBucket(plan);
      writeFileSync(importsFile, queues + (bucket ? await createBucket(endpoint, bucket) : ''));
      await terraform('apply', '-input=false', '-auto-approve');
    } finally {
      rmSync(importsFile, { force: true });
      rmSync(planFile, { force: true });
    }
  });

  const created = countInstances(JSON.parse(readFileSync(stateFile, 'utf8')) as State);
  if (created !== plannedCount(plan)) {
    throw new Error(`Terraform created ${created} of ${plannedCount(plan)} resources`);
  }
};

/** Environment variables for a Terraform command that uses the local AWS at `endpoint`. */
export const terraformEnvironment = (
  endpoint: string,
  dir: string,
  variables: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv => ({
  ...process.env,
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: 'us-east-1',
  TF_DATA_DIR: join(dir, 'terraform'),
  TF_IN_AUTOMATION: '1',
  TF_CLI_ARGS_init: '-no-color',
  TF_CLI_ARGS_plan: '-no-color',
  TF_CLI_ARGS_apply: '-no-color',
  ...Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value]),
  ),
});

const terraformIn = ({ root, dir, endpoint, variables, signal }: ApplyOptions) => {
  const command = join(root, 'scripts', 'terraform.sh');
  const env = terraformEnvironment(endpoint, dir, variables);
  const onStart = (pid: number, ended: Promise<unknown>) =>
    writePidFile(dir, { pid, group: true, ended });
  const options = { cwd: root, env, timeoutMs: TIMEOUT_MS, signal, onStart };
  return {
    terraform: (...args: string[]) =>
      runToLog(command, ['local', ...args], { ...options, logFile: join(dir, 'terraform.log') }),
    readPlan: async (planFile: string) => {
      const output = `${planFile}.json`;
      await runToLog(command, ['local', 'show', '-json', planFile], {
        ...options,
        logFile: output,
      });
      const text = readFileSync(output, 'utf8');
      rmSync(output);
      return JSON.parse(text) as TerraformPlan;
    },
  };
};

interface State {
  resources: { mode: string; instances: unknown[] }[];
}

const countInstances = ({ resources }: State) =>
  resources
    .filter(({ mode }) => mode === 'managed')
    .reduce((total, { instances }) => total + instances.length, 0);

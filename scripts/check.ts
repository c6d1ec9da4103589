/** Runs every check in parallel and shows the output of those that fail. Changes no file. */
import { CHECK_TOOLS } from './ci/python-tools.ts';
import { stepsOn } from './local/progress.ts';
import { ensurePythonEnvironment } from './setup/python-environment.ts';
import { run } from './test/run.ts';

const CHECKS = {
  'format and lint': ['biome', 'check', '--error-on-warnings', '.'],
  types: ['tsc', '-p', '.'],
  'types of the dashboard': ['tsc', '-p', 'handlers/web/app'],
  terraform: ['scripts/terraform.sh', 'check'],
  workflows: ['node', 'scripts/ci/lint-workflows.ts'],
  secrets: ['node', 'scripts/ci/find-secrets.ts'],
};

await ensurePythonEnvironment(CHECK_TOOLS, stepsOn(process.stderr));
console.log(`checking ${Object.keys(CHECKS).join(', ')}`);
const failed = await Promise.all(
  Object.entries(CHECKS).map(async ([name, command]) => {
    const { code, output, tookMs } = await run(command);
    const seconds = `${(tookMs / 1000).toFixed(1)} s`;
    console.log(
      code === 0 ? `ok      ${name}, ${seconds}` : `failed  ${name}, ${seconds}\n${output}`,
    );
    return code !== 0;
  }),
);
process.exitCode = failed.includes(true) ? 1 : 0;

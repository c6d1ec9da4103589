/** Runs every check in parallel and shows the output of those that fail. Changes no file. */
import { run } from './test/run.ts';

const CHECKS = {
  'format and lint': ['biome', 'check', '--error-on-warnings', '.'],
  types: ['tsc', '-p', '.'],
  'types of the dashboard': ['tsc', '-p', 'handlers/web/app'],
  terraform: ['scripts/terraform.sh', 'check'],
};

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

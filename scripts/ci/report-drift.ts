/**
 * Opens or updates the issue about the drift of a stage, if the file with the report is not empty:
 * `node scripts/ci/report-drift.ts drift.md`. The variables are those of GitHub Actions, and STAGE.
 */
import { readFileSync } from 'node:fs';
import { command } from '#scripts/command.ts';
import { line } from '#scripts/printable.ts';
import { variables } from '#scripts/variables.ts';
import { saveDriftIssue } from './drift-issue.ts';

const main = async () => {
  const report = readFileSync(process.argv[2] ?? '', 'utf8').trim();
  if (report === '') {
    console.log('no drift');
    return;
  }
  const { STAGE, GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN } = variables();
  if (!(STAGE && GITHUB_API_URL && GITHUB_REPOSITORY && GITHUB_TOKEN)) {
    throw new Error('STAGE, GITHUB_API_URL, GITHUB_REPOSITORY or GITHUB_TOKEN is missing');
  }
  const deps = { api: GITHUB_API_URL, repository: GITHUB_REPOSITORY, token: GITHUB_TOKEN };
  console.log(line`issue ${await saveDriftIssue(STAGE, report, deps)}`);
};

await command(main);

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../../..');
const PROGRAM = join(ROOT, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
const NODE = join(ROOT, 'node_modules/.bin/node');
const TIMEOUT_MS = 90_000;

/** A scenario that the suite ran. */
export interface RunScenario {
  scenario: string;
  passed: string[];
  failed: string[];
}

interface Check {
  id: string;
  status: string;
}

/** Runs all scenarios of a revision against a server. */
export const runRequirements = async (url: string, revision: string): Promise<RunScenario[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'rez-agent-conformance-'));
  try {
    await run(['server', '--url', url, '--requirements', revision, '--output-dir', folder]);
    return readdirSync(folder).map((name) => scenarioIn(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** `server-<scenario>-<time>` */
const scenarioIn = (folder: string, name: string): RunScenario => {
  const checks = JSON.parse(readFileSync(join(folder, name, 'checks.json'), 'utf8')) as Check[];
  const idsWith = (status: string) =>
    [...new Set(checks.filter((one) => one.status === status).map(({ id }) => id))].sort();
  const failed = idsWith('FAILURE');
  return {
    scenario: name.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, ''),
    passed: idsWith('SUCCESS').filter((id) => !failed.includes(id)),
    failed,
  };
};

const run = (args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(NODE, [PROGRAM, ...args], { stdio: 'ignore', timeout: TIMEOUT_MS });
    child.on('error', reject);
    // It exits with 1 for each scenario that does not apply. The results say what failed.
    child.on('close', () => resolve());
  });

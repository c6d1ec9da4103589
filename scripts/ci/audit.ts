/** Checks the plan of prod with checkov, and prints the findings that are not accepted: `make audit`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '#scripts/command.ts';
import { stepsOn } from '#scripts/local/progress.ts';
import { line } from '#scripts/printable.ts';
import { ensurePythonEnvironment } from '#scripts/setup/python-environment.ts';
import { run } from '#scripts/test/run.ts';
import { ACCEPTED_FINDINGS } from './accepted-findings.ts';
import { auditReport } from './audit-report.ts';
import { planRoots } from './plan-roots.ts';
import { AUDIT_TOOLS, toolPath } from './python-tools.ts';

const TIMEOUT_MS = 300_000;

const main = async () => {
  const step = stepsOn(process.stderr);
  await ensurePythonEnvironment(AUDIT_TOOLS, step);
  const plan = (await planRoots(['prod'], step)).get('prod') ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'rez-agent-audit-'));
  try {
    const file = join(folder, 'plan.json');
    await writeFile(file, plan, { mode: 0o600 });
    const json = await step('checking the plan', () => runCheckov(file));
    const { open, unused, accepted, passed } = auditReport(json, ACCEPTED_FINDINGS);
    for (const finding of open) console.log(line`not accepted: ${finding}`);
    for (const check of unused) console.log(line`accepted, but not found: ${check}`);
    console.log(
      line`${passed} checks passed, ${accepted} findings are accepted, ${open.length} are new`,
    );
    if (open.length + unused.length > 0) {
      throw new Error('correct the findings, or accept them in scripts/ci/accepted-findings.ts');
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Without its download of policies, checkov needs no network. */
const runCheckov = async (file: string) => {
  const options = ['--framework', 'terraform_plan', '--skip-download', '--compact', '--quiet'];
  const { output } = await run(
    [toolPath(AUDIT_TOOLS, 'checkov'), '-f', file, ...options, '-o', 'json', '--soft-fail'],
    { signal: AbortSignal.timeout(TIMEOUT_MS) },
  );
  const start = output.indexOf('{');
  if (start === -1) throw new Error(line`checkov failed: ${output}`);
  return output.slice(start, output.lastIndexOf('}') + 1);
};

await command(main);

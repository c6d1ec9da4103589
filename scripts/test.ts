/** Runs every test and ends with one line that counts over all runners: `N passed, N failed`. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './test/run.ts';
import {
  closingLine,
  isClosing,
  judged,
  type Tally,
  tallyOfLines,
  tallyOfReport,
} from './test/tally.ts';

const folder = await mkdtemp(join(tmpdir(), 'rez-agent-test-'));

interface Runner {
  name: string;
  command: readonly string[];
  tally: (output: string) => Promise<Tally | undefined>;
}

const vitest = (name: string, config: string, ...args: string[]): Runner => {
  const report = join(folder, `${name.replaceAll(' ', '-')}.json`);
  return {
    name,
    command: [
      ...['vitest', 'run', '--config', config, ...args],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ],
    tally: () => readFile(report, 'utf8').then(tallyOfReport, () => undefined),
  };
};

const runners: Runner[] = [
  vitest('unit tests', 'test/vitest.config.ts', '--coverage'),
  {
    name: 'terraform tests',
    command: ['scripts/terraform.sh', 'test'],
    tally: async (output) => tallyOfLines(output),
  },
  vitest('end-to-end tests', 'test/e2e/vitest.config.ts'),
  // Last: it judges the calls that the end-to-end tests recorded.
  vitest('permissions', 'test/e2e/permissions/vitest.config.ts'),
];

/** Everything but closing lines, as it comes: the only one is ours. */
const show = () => {
  let rest = '';
  return {
    take: (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (!isClosing(line)) process.stdout.write(`${line}\n`);
    },
    end: () => process.stdout.write(rest === '' || isClosing(rest) ? '' : `${rest}\n`),
  };
};

const tallies: Tally[] = [];
for (const { name, command, tally } of runners) {
  process.stdout.write(`\n== ${name}\n`);
  const shown = show();
  const { code, output, tookMs } = await run(command, { onOutput: shown.take });
  shown.end();
  const counted = judged(await tally(output), { name, code, output });
  tallies.push(counted);
  process.stdout.write(
    `== ${name}: ${counted.failed === 0 ? 'ok' : `${counted.failed} failed`} after ${(tookMs / 1000).toFixed(0)} s\n`,
  );
}
await rm(folder, { recursive: true, force: true });

// Once more at the end, where whoever reads a long log looks first.
for (const one of tallies.flatMap(({ failures = [] }) => failures)) {
  process.stdout.write(`\nfailed: ${one}\n`);
}
process.stdout.write(`\n${closingLine(tallies)}\n`);
process.exitCode = tallies.some(({ failed }) => failed > 0) ? 1 : 0;

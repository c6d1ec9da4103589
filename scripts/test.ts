/** Runs every test. The last line contains the sums of all runners: `N passed, N failed`. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './test/run.ts';
import {
  closingLine,
  failureLine,
  isClosing,
  type TestTally,
  tallyOfLines,
  tallyOfReport,
  withRunnerFailure,
} from './test/tally.ts';
import { outputInTurns } from './test/turns.ts';

const folder = await mkdtemp(join(tmpdir(), 'rez-agent-test-'));

interface Runner {
  name: string;
  command: readonly string[];
  tally: (output: string) => Promise<TestTally | undefined>;
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

/**
 * The longest tests. They run whole platforms in memory thousands of times, through code that other tests cover, too.
 * Without coverage they take 30 % less time.
 */
const SIMULATIONS = [
  'test/handlers/scheduler/change-crashes.test.ts',
  'test/lib/effects/crash-points.test.ts',
  'test/lib/effects/model.test.ts',
  'test/lib/effects/random-worlds.test.ts',
  'test/lib/engine/crash-points.test.ts',
  'test/lib/engine/hanging-phone.test.ts',
  'test/lib/engine/simulation.test.ts',
  'test/lib/schedules/changes-around-fires.test.ts',
  'test/lib/schedules/fires/changes-while-firing.test.ts',
  'test/lib/schedules/fires/fire-crashes.test.ts',
  'test/lib/schedules/fires/fire-storm.test.ts',
  'test/lib/schedules/presence/presence-crashes.test.ts',
  'test/lib/schedules/presence/presence.test.ts',
  'test/lib/schedules/presence/zone-data.test.ts',
];

/** Runners that run one after the other, in parallel with other lanes. A lane that keeps every core busy has low priority. */
interface Lane {
  runners: readonly Runner[];
  hasLowPriority: boolean;
}

const terraform: Runner = {
  name: 'terraform tests',
  command: ['scripts/terraform.sh', 'test'],
  tally: async (output) => tallyOfLines(output),
};

const lanes: readonly Lane[] = [
  {
    runners: [
      vitest('simulations', 'test/vitest.config.ts', ...SIMULATIONS),
      vitest(
        'unit tests',
        'test/vitest.config.ts',
        '--coverage',
        ...SIMULATIONS.flatMap((file) => ['--exclude', file]),
      ),
    ],
    hasLowPriority: true,
  },
  {
    runners: [
      terraform,
      vitest('end-to-end tests', 'test/e2e/vitest.config.ts'),
      // Last, because it checks the calls that the end-to-end tests recorded.
      vitest('permissions', 'test/e2e/permissions/vitest.config.ts'),
    ],
    hasLowPriority: false,
  },
];

const turns = outputInTurns((text) => process.stdout.write(text));

/** Writes whole lines, without the closing lines of runners: the output has one closing line. */
const withoutClosingLines = (write: (text: string) => void) => {
  let rest = '';
  return {
    take: (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (!isClosing(line)) write(`${line}\n`);
    },
    end: () => write(rest === '' || isClosing(rest) ? '' : `${rest}\n`),
  };
};

const runOne = async (
  { name, command, tally }: Runner,
  hasLowPriority: boolean,
): Promise<TestTally> => {
  const turn = turns.begin();
  turn.write(`\n== ${name}\n`);
  const lines = withoutClosingLines(turn.write);
  const { code, output, tookMs } = await run(command, { onOutput: lines.take, hasLowPriority });
  lines.end();
  const counted = withRunnerFailure(await tally(output), { name, code, output });
  const outcome = counted.failed === 0 ? 'ok' : `${counted.failed} failed`;
  turn.write(`== ${name}: ${outcome} after ${(tookMs / 1000).toFixed(0)} s\n`);
  turn.end();
  return counted;
};

const runLane = async ({ runners, hasLowPriority }: Lane): Promise<TestTally[]> => {
  const tallies: TestTally[] = [];
  for (const runner of runners) tallies.push(await runOne(runner, hasLowPriority));
  return tallies;
};

const tallies = (await Promise.all(lanes.map(runLane))).flat();
await rm(folder, { recursive: true, force: true });

// Repeated at the end, where people look first in a long log: all errors, and then each failure in one line. A runner that
// depends on the tests of another comes before it, so that the cause is the last line.
const failures = tallies.toReversed().flatMap((tally) => tally.failures ?? []);
for (const failure of failures) process.stdout.write(`\nfailed: ${failure}\n`);
process.stdout.write(
  `\n${failures.map((failure) => `failed: ${failureLine(failure)}\n`).join('')}`,
);
process.stdout.write(`\n${closingLine(tallies)}\n`);
process.exitCode = tallies.some(({ failed }) => failed > 0) ? 1 : 0;

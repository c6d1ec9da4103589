/**
 * Checks what a stage needs, and says how to correct what is wrong: `make doctor STAGE=prod`; without `STAGE`, the running
 * `make dev`. It changes nothing. Exit code 1 means that a line is failed.
 */
import { command } from './command.ts';
import { diagnose } from './doctor/diagnose.ts';
import { reportText } from './doctor/report.ts';
import { variables } from './variables.ts';

const main = async () => {
  // The import fails when AWS_REGION is no region. Then the command prints only the message.
  const { doctorPorts } = await import('./doctor/doctor-ports.ts');
  const lines = await diagnose(doctorPorts(variables()));
  const hasColour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
  console.log(reportText(lines, { hasColour }));
  if (lines.some(({ state }) => state === 'failed')) process.exitCode = 1;
};

await command(main);

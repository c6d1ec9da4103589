/** Sets a parameter from standard input: `make set NAME=home [STAGE=prod] < file`. */

import { command } from './command.ts';
import { readInput } from './configuration/read-input.ts';
import { configuredStage } from './configuration/stage-clients.ts';
import { writeParameter } from './configuration/write-parameter.ts';
import { line } from './printable.ts';
import { variables } from './variables.ts';

const main = async () => {
  const { NAME: name = '', STAGE = '' } = variables();
  const usage = line`make set NAME=${name || 'home'}`;
  const target = configuredStage(STAGE, usage);
  const inStage = target.isLocal ? usage : `${usage} STAGE=${target.stage}`;
  const version = await writeParameter(name, await readInput(process.stdin, inStage), target);
  const change = version === 1 ? 'created' : line`replaced, now version ${version}`;
  console.log(line`parameter ${name} of ${target.label}: ${change}`);
  console.log('functions see it within five minutes');
};

await command(main);

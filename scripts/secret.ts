/** Sets a secret from standard input: `make secret NAME=golf/credentials [STAGE=prod] < file`. */

import { command } from './command.ts';
import { readInput } from './configuration/read-input.ts';
import { configuredStage } from './configuration/stage-clients.ts';
import { checkedSecret, writeSecret } from './configuration/write-secret.ts';
import { line } from './printable.ts';
import { variables } from './variables.ts';

const main = async () => {
  const { NAME: name = '', STAGE = '' } = variables();
  const usage = line`make secret NAME=${name || 'golf/credentials'}`;
  const target = configuredStage(STAGE, usage);
  const inStage = target.isLocal ? usage : `${usage} STAGE=${target.stage}`;
  const value = checkedSecret(name, await readInput(process.stdin, inStage));
  const written = await writeSecret(name, value, target);
  console.log(line`secret ${name} of ${target.label}: ${written}`);
  console.log('functions see it within five minutes');
};

await command(main);

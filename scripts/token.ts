/** Prints an access token and nothing else: `make -s token [EMAIL=…] [STAGE=…]`. It is valid for an hour. */
import { command } from './command.ts';
import { localClients } from './local/clients.ts';
import { runningPlatform } from './local/running-platform.ts';
import { readStage } from './stages.ts';
import { localToken } from './users/local-users.ts';
import { stageToken } from './users/stage-token.ts';
import { variables } from './variables.ts';

const token = async (): Promise<string> => {
  const given = variables();
  const stage = readStage(given.STAGE, 'make token');
  if (stage !== undefined) return stageToken(stage);
  const { endpoint } = runningPlatform();
  const email = given.EMAIL ? { email: given.EMAIL } : {};
  return localToken(localClients(endpoint), { endpoint, ...email });
};

await command(async () => console.log(await token()));

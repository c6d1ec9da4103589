/** Prints how to connect an assistant with the running platform or a stage: `make mcp [STAGE=…]`. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { buildBridge } from './build/bridge.ts';
import { command } from './command.ts';
import { runningPlatform } from './local/running-platform.ts';
import { clientCommands } from './mcp/client-commands.ts';
import { requireMcpServer } from './mcp/require-mcp-server.ts';
import { serverAddress } from './mcp/server-address.ts';
import { REGION } from './region.ts';
import { stageAddress } from './stage-address.ts';
import { readStage } from './stages.ts';
import { FIRST_ADMIN } from './users/passwords.ts';
import { variables } from './variables.ts';

const mcp = async (stage: string | undefined): Promise<string> => {
  const origin =
    stage === undefined
      ? runningPlatform().apiUrl
      : await stageAddress(new LambdaClient({ region: REGION }), stage);
  const address = serverAddress(`${origin}/mcp`);
  await requireMcpServer(
    address,
    stage === undefined ? 'start make dev again' : `make deploy STAGE=${stage}`,
  );
  return clientCommands({
    address: address.href,
    bridge: await buildBridge(),
    signIn:
      stage === undefined
        ? `sign in as ${FIRST_ADMIN} (password in .local/users.json) and allow the client`
        : 'sign in and allow the client; your role decides what it can do',
  });
};

await command(async () => console.log(await mcp(readStage(variables().STAGE, 'make mcp'))));

import { LambdaClient } from '@aws-sdk/client-lambda';
import { localClients } from './local/clients.ts';
import { runningPlatform } from './local/running-platform.ts';
import { REGION } from './region.ts';
import { stageAddress } from './stage-address.ts';
import { localToken } from './users/local-users.ts';
import { stageToken } from './users/stage-token.ts';

/** The platform that a command calls, and who calls. */
export interface TargetPlatform {
  /** Its address, without a path. */
  apiUrl: string;
  /** An access token. */
  token: string;
}

/**
 * The running `make dev` with its first admin, or a stage in AWS with the person who signs in.
 * @throws Error that says what to do when there is no such platform
 */
export const targetPlatform = async (stage: string | undefined): Promise<TargetPlatform> => {
  if (stage === undefined) {
    const { apiUrl, endpoint } = runningPlatform();
    return { apiUrl, token: await localToken(localClients(endpoint), { endpoint }) };
  }
  const apiUrl = await stageAddress(new LambdaClient({ region: REGION }), stage);
  return { apiUrl, token: await stageToken(stage) };
};

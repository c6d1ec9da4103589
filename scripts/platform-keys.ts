/** Writes the keys that only the platform needs, unless the stage has them: `node scripts/platform-keys.ts <stage>`. */
import { randomBytes } from 'node:crypto';
import { ParameterAlreadyExists, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { command } from './command.ts';
import { line } from './printable.ts';
import { REGION } from './region.ts';

const KEY_BYTES = 32;

/** The keys by the name of their parameter, with its description. */
const KEYS = {
  'cursor-key': 'Signs the cursors of lists.',
  'oauth-key': 'Encrypts what clients of the MCP server hold between the steps of a sign-in.',
};

/**
 * Writes random keys for those that are missing. Of two deployments at the same time only one writes a key, because SSM
 * does not overwrite the parameter.
 * @returns the names of the keys that this call wrote
 */
export const writePlatformKeys = async (
  ssm: Pick<SSMClient, 'send'>,
  stage: string,
): Promise<string[]> => {
  const written = await Promise.all(
    Object.entries(KEYS).map(async ([name, description]) =>
      (await writeKey(ssm, `/rez-agent/${stage}/${name}`, description)) ? [name] : [],
    ),
  );
  return written.flat();
};

const writeKey = async (
  ssm: Pick<SSMClient, 'send'>,
  Name: string,
  Description: string,
): Promise<boolean> => {
  const Value = randomBytes(KEY_BYTES).toString('base64');
  try {
    await ssm.send(
      new PutParameterCommand({ Name, Description, Value, Type: 'SecureString', Overwrite: false }),
    );
    return true;
  } catch (error) {
    if (error instanceof ParameterAlreadyExists) return false;
    throw error;
  }
};

const main = async () => {
  const [, , stage = ''] = process.argv;
  if (!['dev', 'stage', 'prod'].includes(stage))
    throw new Error('the stage must be dev, stage or prod');
  const written = await writePlatformKeys(new SSMClient({ region: REGION }), stage);
  console.log(
    written.length > 0
      ? line`wrote the keys of ${stage}: ${written.join(', ')}`
      : line`${stage} keeps its keys`,
  );
};

if (import.meta.main) await command(main);

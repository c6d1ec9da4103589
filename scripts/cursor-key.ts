/** Writes the key that cursors are signed with, unless the stage has one: `node scripts/cursor-key.ts <stage>`. */
import { randomBytes } from 'node:crypto';
import { ParameterAlreadyExists, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { command } from './command.ts';
import { line } from './printable.ts';

const KEY_BYTES = 32;
/** The region of the roots in `terraform/envs`. */
const REGION = 'us-east-1';

/**
 * Writes the key if there is none. Of two deployments at the same time only one writes it, because SSM does not overwrite
 * the parameter.
 * @returns whether this call wrote the key
 */
export const writeCursorKey = async (
  ssm: Pick<SSMClient, 'send'>,
  stage: string,
): Promise<boolean> => {
  try {
    await ssm.send(
      new PutParameterCommand({
        Name: `/rez-agent/${stage}/cursor-key`,
        Description: 'Signs the cursors of lists.',
        Value: randomBytes(KEY_BYTES).toString('base64'),
        Type: 'SecureString',
        Overwrite: false,
      }),
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
  const written = await writeCursorKey(new SSMClient({ region: REGION }), stage);
  console.log(
    written ? line`wrote the cursor key of ${stage}` : line`${stage} keeps its cursor key`,
  );
};

if (import.meta.main) await command(main);

/** Points the alias of every function back to the version before: `node scripts/rollback.ts <stage>`. */
import {
  GetAliasCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { functionNames } from './build.ts';
import { command, messageOf } from './command.ts';
import { line } from './printable.ts';

const ALIAS = 'live';
/** The region of the roots in `terraform/envs`. */
const REGION = 'us-east-1';

export interface Rollback {
  name: string;
  /** The version before. Absent when it could not be read. */
  from?: string;
  /** The version afterwards. Absent when there is no older version. */
  to?: string;
  /** Why the alias was not moved. The aliases of the other functions are moved nevertheless. */
  problem?: string;
}

/**
 * Points the alias of every function to the version before. Data, queues and parameters stay as they are. The next
 * deployment moves the aliases forward again.
 */
export const rollBack = async (
  lambda: Pick<LambdaClient, 'send'>,
  stage: string,
  names: readonly string[],
): Promise<Rollback[]> => Promise.all(names.map((name) => rollBackOne(lambda, { name, stage })));

const rollBackOne = async (
  lambda: Pick<LambdaClient, 'send'>,
  { name, stage }: { name: string; stage: string },
): Promise<Rollback> => {
  const FunctionName = `rez-agent-${name}-${stage}`;
  let from: string | undefined;
  try {
    const alias = await lambda.send(new GetAliasCommand({ FunctionName, Name: ALIAS }));
    const { FunctionVersion = '', RevisionId } = alias;
    from = FunctionVersion;
    const to = await versionBefore(lambda, FunctionName, Number(from));
    if (to === undefined) return { name, from };
    await lambda.send(
      new UpdateAliasCommand({ FunctionName, Name: ALIAS, FunctionVersion: to, RevisionId }),
    );
    return { name, from, to };
  } catch (error) {
    const problem = messageOf(error);
    return { name, problem, ...(from === undefined ? {} : { from }) };
  }
};

const versionBefore = async (
  lambda: Pick<LambdaClient, 'send'>,
  FunctionName: string,
  current: number,
): Promise<string | undefined> => {
  const older: number[] = [];
  let Marker: string | undefined;
  do {
    const page = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName, Marker }));
    // `$LATEST` is not a number, so the comparison is false.
    for (const { Version } of page.Versions ?? []) {
      if (Number(Version) < current) older.push(Number(Version));
    }
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  return older.length === 0 ? undefined : String(Math.max(...older));
};

const main = async () => {
  const [, , stage = ''] = process.argv;
  if (!['dev', 'stage', 'prod'].includes(stage))
    throw new Error('the stage must be dev, stage or prod');
  const lambda = new LambdaClient({ region: REGION });
  for (const done of await rollBack(lambda, stage, functionNames())) {
    if (done.problem !== undefined) process.exitCode = 1;
    console.log(resultText(done));
  }
};

const resultText = ({ name, from, to, problem }: Rollback): string => {
  if (problem !== undefined) return line`${name} was not moved: ${problem}`;
  return to === undefined
    ? line`${name} stays at version ${from ?? ''}, which is the oldest`
    : line`${name}: version ${from ?? ''} → ${to}`;
};

if (import.meta.main) await command(main);

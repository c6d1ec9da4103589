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
/** Where the roots in `terraform/envs` stand. */
const REGION = 'us-east-1';

export interface Rollback {
  name: string;
  /** Absent when that could not even be asked. */
  from?: string;
  /** Absent when there is no older version: the function stays what it is. */
  to?: string;
  /** Why it could not be done; the others are moved all the same. */
  problem?: string;
}

/**
 * The code that callers get becomes the code before it, function by function. Data, queues and parameters stay; the next
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
    // `$LATEST` is no number.
    for (const { Version } of page.Versions ?? []) {
      if (Number(Version) < current) older.push(Number(Version));
    }
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  return older.length === 0 ? undefined : String(Math.max(...older));
};

const main = async () => {
  const [, , stage = ''] = process.argv;
  if (!['dev', 'stage', 'prod'].includes(stage)) throw new Error('which stage? dev, stage or prod');
  const lambda = new LambdaClient({ region: REGION });
  for (const done of await rollBack(lambda, stage, functionNames())) {
    if (done.problem !== undefined) process.exitCode = 1;
    console.log(told(done));
  }
};

const told = ({ name, from, to, problem }: Rollback): string => {
  if (problem !== undefined) return line`${name} was not moved: ${problem}`;
  return to === undefined
    ? line`${name} stays at ${from ?? ''}: nothing older`
    : line`${name} ${from ?? ''} → ${to}`;
};

if (import.meta.main) await command(main);

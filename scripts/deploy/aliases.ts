import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  ListVersionsByFunctionCommand,
  ResourceNotFoundException,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { messageOf } from '#scripts/command.ts';
import { line } from '#scripts/printable.ts';
import type { Versions } from './release-record.ts';

/** Every caller uses a function through this alias. Source: `terraform/modules/lambda`. */
const ALIAS = 'live';

/** A function whose alias was not moved. */
export interface MoveProblem {
  name: string;
  problem: string;
}

/** The aliases of all functions of a stage. */
export interface Aliases {
  /** The version of each function that exists. */
  read: () => Promise<Versions>;
  /** The newest version of each function that exists, whether or not an alias points to it. */
  newest: () => Promise<Versions>;
  /** The functions that do not have the version that is named. */
  missing: (versions: Versions) => Promise<string[]>;
  /**
   * Moves the alias of each function to its version. Each is tried, also after a failure.
   * @returns the functions whose alias was not moved; a function whose alias is there already counts as moved
   */
  move: (to: Versions) => Promise<MoveProblem[]>;
}

export interface AliasOptions {
  stage: string;
  /** Folder names of the functions. */
  names: readonly string[];
}

export const stageAliases = (
  lambda: Pick<LambdaClient, 'send'>,
  { stage, names }: AliasOptions,
): Aliases => {
  const nameOf = (name: string) => `rez-agent-${name}-${stage}`;

  const ofEach = async (
    find: (FunctionName: string) => Promise<string | undefined>,
  ): Promise<Versions> => {
    const found = await Promise.all(
      names.map(async (name) => [name, await orAbsent(find(nameOf(name)))] as const),
    );
    return Object.fromEntries(
      found.flatMap(([name, version]) => (version === undefined ? [] : [[name, version]])),
    );
  };

  const moveOne = async (name: string, FunctionVersion: string) => {
    const FunctionName = nameOf(name);
    const alias = await lambda.send(new GetAliasCommand({ FunctionName, Name: ALIAS }));
    if (alias.FunctionVersion === FunctionVersion) return;
    const { RevisionId } = alias;
    await lambda.send(
      new UpdateAliasCommand({ FunctionName, Name: ALIAS, FunctionVersion, RevisionId }),
    );
  };

  return {
    read: () =>
      ofEach(async (FunctionName) => {
        const alias = await lambda.send(new GetAliasCommand({ FunctionName, Name: ALIAS }));
        return alias.FunctionVersion;
      }),
    newest: () => ofEach((FunctionName) => newestVersion(lambda, FunctionName)),
    missing: async (versions) => {
      const checked = await Promise.all(
        Object.entries(versions).map(async ([name, Qualifier]) => {
          const FunctionName = nameOf(name);
          const read = new GetFunctionConfigurationCommand({ FunctionName, Qualifier });
          return (await orAbsent(lambda.send(read))) === undefined ? [name] : [];
        }),
      );
      return checked.flat();
    },
    move: async (to) => {
      const moves = Object.entries(to).map(async ([name, version]): Promise<MoveProblem[]> => {
        try {
          await moveOne(name, version);
          return [];
        } catch (error) {
          return [{ name, problem: messageOf(error) }];
        }
      });
      return (await Promise.all(moves)).flat();
    },
  };
};

const newestVersion = async (
  lambda: Pick<LambdaClient, 'send'>,
  FunctionName: string,
): Promise<string | undefined> => {
  let newest = 0;
  let Marker: string | undefined;
  do {
    const page = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName, Marker }));
    // `$LATEST` is not a number.
    for (const { Version } of page.Versions ?? []) newest = Math.max(newest, Number(Version) || 0);
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  return newest === 0 ? undefined : String(newest);
};

const orAbsent = <Value>(value: Promise<Value>): Promise<Value | undefined> =>
  value.catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  });

/** The problems of a move, for people. */
export const problemText = (problems: readonly MoveProblem[]): string =>
  problems.map(({ name, problem }) => line`${name}: ${problem}`).join('; ');

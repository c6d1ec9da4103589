import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { GOLF_SECRET, isEndpointSecret } from '#lib/config/secret-name.ts';
import { SECRET_VALUES, secretProblems } from '#lib/credentials/secret-values.ts';
import { problemsError } from '#scripts/command.ts';
import { line } from '#scripts/printable.ts';
import { parseJsonValue } from './parse-json-value.ts';
import type { ConfiguredStage } from './stage-clients.ts';
import { withoutValue } from './without-value.ts';

/**
 * The value of a secret, as it is stored.
 * @throws Error with the problems, which contain no part of the value
 */
export const checkedSecret = (name: string, text: string): string => {
  const schemas =
    name === GOLF_SECRET
      ? [SECRET_VALUES.oauth_password]
      : isEndpointSecret(name)
        ? VALUES
        : undefined;
  if (schemas === undefined) {
    throw new Error(
      line`there is no secret ${name}: NAME must be ${GOLF_SECRET} or http/<endpoint>`,
    );
  }
  const parsed = parseJsonValue(text);
  if ('problems' in parsed) {
    // A path may contain a part of the value.
    const problems = parsed.problems.map(({ problem }) => ({ path: '', problem }));
    throw problemsError(line`the value of ${name} is not valid:`, problems);
  }
  const results = schemas.map((schema) => z.safeParse(schema, parsed.value));
  const [fitting] = results.filter(({ success }) => success);
  if (fitting !== undefined) return JSON.stringify(fitting.data);
  // The shape with the fewest problems is the one that was meant.
  const [problems = []] = results
    .map(({ error }) => (error === undefined ? [] : secretProblems(error)))
    .sort((a, b) => a.length - b.length);
  throw problemsError(
    line`the value of ${name} is not valid. It must be ${shapesOf(schemas)}:`,
    problems.map((problem) => ({ path: '', problem })),
  );
};

/**
 * Writes the value. The secret of an endpoint is created if it does not exist.
 * @throws Error that contains no part of the value
 */
export const writeSecret = async (
  name: string,
  value: string,
  { stage, secrets }: Pick<ConfiguredStage, 'stage' | 'secrets'>,
): Promise<'created' | 'replaced'> => {
  const id = `rez-agent/${name}-${stage}`;
  try {
    await secrets.send(new PutSecretValueCommand({ SecretId: id, SecretString: value }));
    return 'replaced';
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw withoutValue(error, value);
    if (name === GOLF_SECRET) {
      throw new Error(
        `there is no secret ${id}: deploy the stage first, make deploy STAGE=${stage}`,
      );
    }
  }
  const create = new CreateSecretCommand({
    Name: id,
    Description: `Credentials of the endpoint ${name.slice('http/'.length)}.`,
    SecretString: value,
    Tags: [
      { Key: 'Project', Value: 'rez-agent' },
      { Key: 'Stage', Value: stage },
    ],
  });
  await secrets.send(create).catch((error: unknown) => {
    throw withoutValue(error, value);
  });
  return 'created';
};

const VALUES = Object.values(SECRET_VALUES);

/** `{ token } or { key }`, with the names of the properties. */
const shapesOf = (schemas: readonly (typeof VALUES)[number][]): string =>
  [...new Set(schemas.map(({ shape }) => `{ ${Object.keys(shape).join(', ')} }`))].join(' or ');

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const CLIENTS = join(import.meta.dirname, '..', '..', 'node_modules', '@aws-sdk');

/** A command of the AWS CLI. */
export interface AwsCommand {
  /** As in the CLI, such as `sqs`. */
  service: string;
  /** As in the CLI, such as `get-queue-url`. */
  operation: string;
  /** Without the dashes, and without those of every command, such as `query`. */
  options: string[];
}

const OF_EVERY_COMMAND = ['query', 'output'];
const PACKAGES: Readonly<Record<string, string>> = {
  'cognito-idp': 'cognito-identity-provider',
  logs: 'cloudwatch-logs',
};

/** The commands of the AWS CLI in a script. A command ends with its line, unless a backslash continues the line. */
export const awsCommandsIn = (script: string): AwsCommand[] =>
  script
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .flatMap((line) => line.split(/\baws (?=[a-z-]+ [a-z-]+ )/).slice(1))
    .map((command) => {
      const [service = '', operation = ''] = command.split(' ');
      const options = [...command.matchAll(/ --([a-z-]+)/g)].map(([, option = '']) => option);
      const own = options
        .filter((option) => !OF_EVERY_COMMAND.includes(option))
        // `--no-…` sets a property to false.
        .map((option) => option.replace(/^no-/, ''));
      return { service, operation, options: own };
    });

/**
 * The options of an operation, in lower case and without hyphens. The CLI has one for each property of the request in the
 * SDK; the SDK is read instead of the CLI, because the tests do not need the CLI.
 * @returns `undefined` if the SDK has no such operation, or the client is not installed
 */
export const optionsOf = ({ service, operation }: AwsCommand): Set<string> | undefined => {
  const client = join(CLIENTS, `client-${PACKAGES[service] ?? service}`, 'dist-types');
  const name = operation.replaceAll('-', '').toLowerCase();
  const files = globSync('commands/*Command.d.ts', { cwd: client });
  const file = files.find((one) => one.toLowerCase() === `commands/${name}command.d.ts`);
  if (file === undefined) return undefined;
  const command = readFileSync(join(client, file), 'utf8');
  // The request of an operation with a stream is a type that replaces one property.
  const found =
    /InputType = Omit<(\w+)/.exec(command) ?? /CommandInput extends (\w+)/.exec(command);
  const [, request = ''] = found ?? [];
  const models = globSync('models/models_*.d.ts', { cwd: client }).map((model) =>
    readFileSync(join(client, model), 'utf8'),
  );
  const [, body = ''] =
    new RegExp(`^export interface ${request} (?:extends \\w+ )?\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(
      models.join('\n'),
    ) ?? [];
  const properties = [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, property = '']) => property);
  return new Set(properties.map((property) => property.toLowerCase()));
};

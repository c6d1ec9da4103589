import {
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { vi } from 'vitest';

export interface Ssm {
  /** Values by name below `/rez-agent/dev/`. A test changes it as an operator would; each change is a new version. */
  parameters: Map<string, string>;
  /** The names of every batch read so far. */
  reads: { names: string[]; decrypted: boolean }[];
  /** Every call fails with this error, until it is `undefined`. */
  failWith: (error: Error | undefined) => void;
  /** Responses are delayed until this resolves. */
  holdUntil: (gate: Promise<void>) => void;
  uninstall: () => void;
}

const PREFIX = '/rez-agent/dev/';

/** When every parameter was last written. Milliseconds since the Unix epoch. */
export const WRITTEN_MS = Date.parse('2026-02-01T08:00:00.000Z');

/** The parameters of one page of a folder. Count. */
const PAGE = 10;

/** An in-memory SSM instead of every SSM client: reads by name, reads of a folder, lists, and puts. */
export const installSsm = (parameters: Readonly<Record<string, string>> = {}): Ssm => {
  const stored = new Map(Object.entries(parameters));
  const versions = new Map([...stored.keys()].map((name) => [name, 1]));
  const set = stored.set.bind(stored);
  stored.set = (name, value) => {
    versions.set(name, stored.has(name) ? (versions.get(name) ?? 0) + 1 : 1);
    return set(name, value);
  };
  const reads: Ssm['reads'] = [];
  let failure: Error | undefined;
  let gate = Promise.resolve();

  const spy = vi.spyOn(SSMClient.prototype, 'send').mockImplementation(async (command: unknown) => {
    if (command instanceof GetParametersByPathCommand) {
      const { Path = '', NextToken = '0', WithDecryption = false } = command.input;
      const folder = `${Path.replace(PREFIX, '')}/`;
      const start = Number(NextToken);
      const inFolder = [...stored].filter(([name]) => name.startsWith(folder));
      const page = inFolder.slice(start, start + PAGE);
      reads.push({ names: page.map(([name]) => name), decrypted: WithDecryption });
      await gate;
      if (failure) throw failure;
      const end = start + PAGE;
      return {
        Parameters: page.map(([name, Value]) => ({ Name: PREFIX + name, Value, Type: 'String' })),
        ...(end < inFolder.length ? { NextToken: String(end) } : {}),
      };
    }
    if (command instanceof PutParameterCommand) {
      const { Name = '', Value = '', Overwrite = false } = command.input;
      const name = Name.replace(PREFIX, '');
      await gate;
      if (failure) throw failure;
      if (stored.has(name) && !Overwrite) {
        throw new ParameterAlreadyExists({ message: 'exists', $metadata: {} });
      }
      stored.set(name, Value);
      return { Version: versions.get(name) };
    }
    if (command instanceof GetParameterCommand) {
      const { Name = '', WithDecryption = false } = command.input;
      const name = Name.replace(PREFIX, '');
      reads.push({ names: [name], decrypted: WithDecryption });
      await gate;
      if (failure) throw failure;
      const Value = stored.get(name);
      if (Value === undefined) throw new ParameterNotFound({ message: '', $metadata: {} });
      return { Parameter: { Name, Value, Version: versions.get(name) } };
    }
    if (command instanceof DescribeParametersCommand) {
      const { MaxResults = 50, NextToken = '0' } = command.input;
      await gate;
      if (failure) throw failure;
      const end = Number(NextToken) + MaxResults;
      return {
        Parameters: [...stored.keys()].slice(Number(NextToken), end).map((name) => ({
          Name: PREFIX + name,
        })),
        ...(end < stored.size ? { NextToken: String(end) } : {}),
      };
    }
    if (!(command instanceof GetParametersCommand)) {
      throw new Error('the in-memory SSM does not do this command');
    }
    const { Names = [], WithDecryption = false } = command.input;
    const names = Names.map((name) => name.replace(PREFIX, ''));
    reads.push({ names, decrypted: WithDecryption });
    await gate;
    if (failure) throw failure;
    return {
      Parameters: Names.flatMap((Name, index) => {
        const Value = stored.get(names[index] ?? '');
        return Value === undefined
          ? []
          : [
              {
                ...{ Name, Value, Type: 'SecureString', Version: versions.get(names[index] ?? '') },
                LastModifiedDate: new Date(WRITTEN_MS),
              },
            ];
      }),
      InvalidParameters: Names.filter((_name, index) => !stored.has(names[index] ?? '')),
    };
  });

  return {
    parameters: stored,
    reads,
    failWith: (error) => {
      failure = error;
    },
    holdUntil: (promise) => {
      gate = promise;
    },
    uninstall: () => spy.mockRestore(),
  };
};

import { abortError, type Wire } from './wire.ts';

/** The parts of an SDK client that a fake uses: its middleware stack and `send`. */
interface Client {
  middlewareStack: {
    add: (middleware: never, options: MiddlewareOptions) => void;
    remove: (name: string) => boolean;
  };
  send: unknown;
}

interface MiddlewareOptions {
  step: 'initialize';
  priority: 'high';
  name: string;
  override: true;
}

type Middleware = (
  next: unknown,
  context: { commandName?: string },
) => (args: { input: object }) => Promise<{ response: object; output: object }>;

type Send = (
  command: { input: object },
  options?: { abortSignal?: AbortSignal },
  callback?: unknown,
) => unknown;

export interface Answering {
  /** The prefix of calls on the wire: `dynamodb`. */
  service: string;
  /** The effect of a command (`GetItem`) on its plain input. Returns its output. */
  answer: (command: string, input: object) => object;
  /** The input with the fields that the SDK adds. Called once per call, so all tries of a call have the same ones. */
  complete?: (command: string, input: object) => object;
  wire?: Wire | undefined;
  throttled?: (command: string, input: object) => Error;
  /** The error for a conflict of transactions; `undefined` for a command that cannot meet one. */
  conflicting?: (command: string, input: object) => Error | undefined;
}

const NAME = 'answeredInMemory';

/** By client: the signals of its calls, and the installation that responds. */
const clients = new WeakMap<Client, { signals: WeakMap<object, AbortSignal>; answering: object }>();

/**
 * Respond to every command of a client in memory. The fake is above serialization and the SDK's retries, and below
 * all code under test. A second installation replaces the first one.
 * @returns a function that removes it, unless another one was installed since
 */
export const intercept = (client: Client, answering: Answering): (() => void) => {
  const { service, answer, complete = (_, input) => input, wire } = answering;
  const { throttled, conflicting } = answering;
  const noted = noteSignals(client);
  noted.answering = answering;
  const middleware: Middleware =
    (_next, { commandName = '' }) =>
    async ({ input }) => {
      const command = commandName.replace(/Command$/, '');
      const signal = noted.signals.get(input);
      await Promise.resolve(); // A network never applies a request before the caller has sent it.
      if (signal?.aborted) throw abortError();
      const sent = complete(command, input);
      const apply = () => ({ response: {}, output: answer(command, sent) });
      return wire === undefined
        ? apply()
        : wire.call(`${service}:${command}`, apply, {
            signal,
            ...(throttled === undefined ? {} : { throttled: () => throttled(command, sent) }),
            ...(conflicting === undefined ? {} : { conflict: () => conflicting(command, sent) }),
          });
    };
  client.middlewareStack.add(middleware as never, {
    step: 'initialize',
    priority: 'high',
    name: NAME,
    override: true,
  });
  return () => {
    if (noted.answering === answering) client.middlewareStack.remove(NAME);
  };
};

/** A middleware does not get the signal of the caller; `send` does. */
const noteSignals = (client: Client) => {
  const known = clients.get(client);
  if (known !== undefined) return known;
  const noted = { signals: new WeakMap<object, AbortSignal>(), answering: {} };
  clients.set(client, noted);
  const original = client.send as Send;
  const send: Send = (command, options, callback) => {
    if (options?.abortSignal !== undefined) noted.signals.set(command.input, options.abortSignal);
    return original.call(client, command, options, callback);
  };
  client.send = send;
  return noted;
};

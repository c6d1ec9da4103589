import { abortError, type Wire } from './wire.ts';

/** What an SDK client is to a fake: a middleware stack and a way to send. */
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
  /** How calls are named on the wire: `dynamodb`. */
  service: string;
  /** The effect of a command (`GetItem`) on its plain input, and its output. */
  answer: (command: string, input: object) => object;
  wire?: Wire | undefined;
  throttled?: () => Error;
}

const NAME = 'answeredInMemory';

/** The signals that calls were sent with, and which installation answers, by client. */
const clients = new WeakMap<Client, { signals: WeakMap<object, AbortSignal>; answering: object }>();

/**
 * Answers every command of a client in memory: above serialization and the SDK's retries, below everything the code
 * under test does. Installed again, it takes the place of what was there.
 * @returns the way to take it out, unless another has taken its place
 */
export const intercept = (client: Client, answering: Answering): (() => void) => {
  const { service, answer, wire, throttled } = answering;
  const noted = noteSignals(client);
  noted.answering = answering;
  const middleware: Middleware =
    (_next, { commandName = '' }) =>
    async ({ input }) => {
      const command = commandName.replace(/Command$/, '');
      const signal = noted.signals.get(input);
      await Promise.resolve(); // never applied before the caller has let go, as on any network
      if (signal?.aborted) throw abortError();
      const apply = () => ({ response: {}, output: answer(command, input) });
      return wire === undefined
        ? apply()
        : wire.call(`${service}:${command}`, apply, {
            signal,
            ...(throttled === undefined ? {} : { throttled }),
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

/** A middleware is not told the caller's signal; `send` is. */
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

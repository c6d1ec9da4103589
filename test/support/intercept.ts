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

/**
 * Answers every command of a client in memory: above serialization and the SDK's retries, below everything the code
 * under test does. Installed again, it takes the place of what was there. Answers the way to take it out.
 */
export const intercept = (client: Client, { service, answer, wire, throttled }: Answering) => {
  const signals = new WeakMap<object, AbortSignal>();
  const restore = noteSignals(client, signals);
  const middleware: Middleware =
    (_next, { commandName = '' }) =>
    async ({ input }) => {
      const command = commandName.replace(/Command$/, '');
      const signal = signals.get(input);
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
    client.middlewareStack.remove(NAME);
    restore();
  };
};

/** A middleware is not told the caller's signal; `send` is. */
const noteSignals = (client: Client, signals: WeakMap<object, AbortSignal>) => {
  const own = Object.hasOwn(client, 'send');
  const original = client.send as Send;
  const noting: Send = (command, options, callback) => {
    if (options?.abortSignal !== undefined) signals.set(command.input, options.abortSignal);
    return original.call(client, command, options, callback);
  };
  client.send = noting;
  return () => {
    if (own) client.send = original;
    else Reflect.deleteProperty(client, 'send');
  };
};

/** The whole platform on this machine until Ctrl-C: `make dev`, `make dev RESET=1`, `NTFY_URL=https://… make dev`. */
import { join } from 'node:path';
import { styleText } from 'node:util';
import { tryLock } from '#scripts/setup/lock.mjs';
import { type Rebuilt, watchFunctions } from './build/watch.ts';
import { messageOf, printError } from './command.ts';
import { type Front, frontPort, startFront } from './local/front.ts';
import { listenOnKeptPort } from './local/kept-port.ts';
import { readable } from './local/log-line.ts';
import { followLogs } from './local/logs.ts';
import { startNtfy } from './local/ntfy-server.ts';
import { LOCAL_DIR, ROOT } from './local/places.ts';
import { keepPrivate } from './local/private.ts';
import { stepsOn } from './local/progress.ts';
import { type RealPhone, realPhone } from './local/real-phone.ts';
import { announce, DEV_LOCK, withdraw } from './local/running-platform.ts';
import { followRuntimeErrors } from './local/runtime-errors.ts';
import { ensureVenv } from './local/setup.ts';
import { type Stack, startStack } from './local/stack.ts';
import { typeCheck } from './local/type-check.ts';
import { line, printable, printableLines } from './printable.ts';
import { type LocalUser, saveLocalUser } from './users/local-users.ts';
import { FIRST_ADMIN } from './users/passwords.ts';

/** Of the phone at first; once another program has it, the file remembers the port that took its place. */
const PHONE_PORT = 2586;
const PHONE_PORT_FILE = join(LOCAL_DIR, 'phone-port');
const PHONE_TOPIC = 'rez-agent';

const raw = process.argv.includes('--json') || process.env.JSON === '1';
/** With raw logs nothing else goes to the standard output. */
const say = raw ? console.error : console.log;

const stopping = new AbortController();
const endings: [label: string, end: () => Promise<unknown>][] = [];

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => stopping.abort());
}

const main = async () => {
  const startedMs = Date.now();
  const step = stepsOn(process.stderr, stopping.signal);
  const front = await startFront({ port: frontPort(process.env.PORT) });
  endings.push(['', front.stop]);
  await ensureVenv(step, stopping.signal);
  const phone = await startPhone();
  const reload = reloader();
  await step('building', () => build(reload.onRebuilt));
  const stack = await startStack({
    dir: join(LOCAL_DIR, 'dev'),
    from: process.env.RESET === '1' ? 'nothing' : 'last',
    ntfyUrl: phone.topicUrl,
    localOrigins: phone.origins,
    publicUrl: front.url,
    step,
    signal: stopping.signal,
  });
  endings.push(['the local AWS', stack.stop]);
  reload.into(stack);

  front.open(stack.gateway);
  const { endpoint, queueUrls } = stack;
  const pageUrl = phone.pageUrl === undefined ? {} : { phoneUrl: phone.pageUrl };
  announce({ pid: process.pid, apiUrl: front.url, endpoint, queueUrls, ...pageUrl });
  endings.push(['', async () => withdraw()]);
  const admin = await saveLocalUser(stack.clients, { email: FIRST_ADMIN, role: 'admin' });
  greet(front, stack, phone, admin, Date.now() - startedMs);

  const logs = followLogs(stack.clients.logs, {
    functionNames: stack.functionNames,
    onLines: (lines) => {
      for (const each of lines) console.log(raw ? printable(each.text) : readable(each));
    },
  });
  endings.push(['', logs.stop]);
  const failures = followRuntimeErrors(join(LOCAL_DIR, 'dev', 'ministack.log'), (sentence) =>
    say(styleText('red', printable(sentence))),
  );
  endings.push(['', failures.stop]);
  await Promise.race([aborted(stopping.signal), stack.ended().then(refuseEnd)]);
};

interface Phone extends RealPhone {
  /** Of our own phone alone. */
  pageUrl?: string;
}

const startPhone = async (): Promise<Phone> => {
  const real = process.env.NTFY_URL;
  if (real) return realPhone(real);
  const { server: ntfy, instead } = await listenOnKeptPort({
    file: PHONE_PORT_FILE,
    first: PHONE_PORT,
    listen: (port) => startNtfy({ port }),
  });
  endings.push(['', ntfy.stop]);
  if (instead !== undefined) {
    say(line`port ${instead} is taken: the phone is at ${ntfy.url}/ from now on`);
  }
  return { topicUrl: ntfy.topicUrl(PHONE_TOPIC), origins: [ntfy.url], pageUrl: ntfy.url };
};

const build = async (onRebuilt: (rebuilt: Rebuilt) => void) => {
  const failures: string[] = [];
  let first = true;
  const types = typeCheck({
    root: ROOT,
    cacheFile: join(LOCAL_DIR, 'dev.tsbuildinfo'),
    say: (sentence) => say(styleText('red', printableLines(sentence))),
  });
  const watching = await watchFunctions(
    (rebuilt) => {
      if (first && rebuilt.error) failures.push(`${rebuilt.name}: ${rebuilt.error.message}`);
      if (!first) onRebuilt(rebuilt);
    },
    { onSaved: () => void types.check() },
  );
  first = false;
  endings.push(['', watching.stop], ['', async () => types.stop()]);
  if (failures.length > 0) throw new Error(failures.join('\n'));
};

/** Puts what is saved behind the alias: at once, or as soon as there is a stack. */
const reloader = () => {
  let stack: Stack | undefined;
  const waiting = new Set<string>();
  const broken = new Set<string>();
  const push = async (name: string, buildMs: number) => {
    if (stack === undefined) return void waiting.add(name);
    const startedMs = Date.now();
    try {
      const isNew = await stack.pushCode(name);
      if (isNew) say(line`${name} reloaded in ${buildMs + Date.now() - startedMs} ms`);
      else if (broken.has(name)) say(line`${name} is what it was before`);
      broken.delete(name);
    } catch (error) {
      say(line`${name} was not reloaded: ` + printableLines(messageOf(error)));
    }
  };
  return {
    onRebuilt: ({ name, error, tookMs }: Rebuilt) => {
      if (error) {
        broken.add(name);
        say(line`${name} was not built, the one before goes on: ` + printableLines(error.message));
      } else void push(name, tookMs);
    },
    into: (started: Stack) => {
      stack = started;
      for (const name of waiting) void push(name, 0);
    },
  };
};

const greet = (
  { url }: Front,
  { endpoint }: Stack,
  { pageUrl, topicUrl }: Phone,
  { email, password, isNew }: LocalUser,
  tookMs: number,
) => {
  // The topic of a real server is as good as a password.
  const phone = pageUrl === undefined ? `${new URL(topicUrl).origin}/…` : `${pageUrl}/`;
  say(line`
rez-agent runs at ${url} (${(tookMs / 1_000).toFixed(1)} s)

  phone  ${phone}
  AWS    ${endpoint}
  admin  ${email}, ${isNew ? `password ${password}` : 'password in .local/users.json'}

Try in another terminal:

  make send TEXT="Hello" TITLE="From me" PRIORITY=high
  make fire SCHEDULE=daily-hello
  curl ${url}/api/messages -H "Authorization: Bearer $(make -s token)"

Saved files are reloaded. Ctrl-C ends everything. What the functions log:
`);
};

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

const refuseEnd = (end: string) => {
  if (stopping.signal.aborted) return;
  throw new Error(`the local AWS ended by itself: ${end}; its log is .local/dev/ministack.log`);
};

/** Newest first; one that fails does not keep the others from ending. */
const endAll = async () => {
  const step = stepsOn(process.stderr);
  for (const [label, end] of endings.reverse()) {
    const ended = label === '' ? end() : step(`stopping ${label}`, end);
    await ended.catch(printError);
  }
};

const lock = tryLock(DEV_LOCK);
if (lock === undefined) {
  console.error('make dev runs already: end it with Ctrl-C in its terminal first');
  process.exit(1);
}
process.chdir(ROOT);
try {
  keepPrivate(LOCAL_DIR);
  await main();
} catch (error) {
  if (!stopping.signal.aborted) {
    printError(error);
    process.exitCode = 1;
  }
} finally {
  await endAll();
  lock.release();
  say('everything is stopped');
}

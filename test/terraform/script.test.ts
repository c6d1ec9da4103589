import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const LOCK = '.terraform.lock.hcl';

/** Records its arguments. The folder contains its output and exit code for `test` and `validate`. */
const FAKE_TERRAFORM = `#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
  *" init "*) mkdir "$CALLS.init" || echo overlap >>"$CALLS"; sleep 0.1; rmdir "$CALLS.init"; if [ -n "$REFUSES" ]; then echo "$REFUSES"; exit 1; fi; mkdir -p "\${TF_DATA_DIR:-$(pwd)/\${1#-chdir=}/.terraform}" ;;
  *" test "* | *" validate "*) cat "\${1#-chdir=}/output"; exit "$(cat "\${1#-chdir=}/code")" ;;
  *" plan"*) : >"$(dirname "$CALLS")/.local/terraform/dev.tfplan"; echo "config: $(cat "$TF_CLI_CONFIG_FILE")"; echo "region: $AWS_REGION $TF_VAR_region" ;;
esac
`;

let top: string;

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'rez-agent-terraform-'));
  for (const folder of ['bin', 'mirror', 'home', 'terraform/envs/local']) {
    mkdirSync(join(top, folder), { recursive: true });
  }
  writeFileSync(join(top, 'bin', 'terraform'), FAKE_TERRAFORM);
  chmodSync(join(top, 'bin', 'terraform'), 0o755);
  for (const part of ['terraform.sh', 'terraform']) {
    cpSync(join(ROOT, 'scripts', part), join(top, 'scripts', part), { recursive: true });
  }
  writeFileSync(join(top, 'terraform/envs/local', LOCK), 'the committed lock file');
});

afterEach(() => rmSync(top, { recursive: true }));

/** A folder below `terraform/`, with the output and exit code of Terraform in it. */
const folder = (path: string, output = '', code = 0) => {
  const where = join(top, 'terraform', path);
  mkdirSync(where, { recursive: true });
  writeFileSync(join(where, 'main.tf'), 'provider "aws" {}\n');
  writeFileSync(join(where, 'output'), output);
  writeFileSync(join(where, 'code'), String(code));
};

const run = (args: string[], env: Record<string, string> = {}) => {
  const { status, stdout, stderr } = spawnSync(join(top, 'scripts', 'terraform.sh'), args, {
    encoding: 'utf8',
    env: {
      PATH: [join(top, 'bin'), process.env.PATH].join(delimiter),
      HOME: join(top, 'home'),
      CALLS: join(top, 'calls'),
      TF_PROVIDER_MIRROR: join(top, 'mirror'),
      ...env,
    },
  });
  return { status, stdout, stderr };
};

const calls = () => {
  const path = join(top, 'calls');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
};

describe('tests over all folders', () => {
  it('end with one line that counts them, and fail if one test failed', () => {
    folder('modules/good', '  run "a"... pass\n\nSuccess! 3 passed, 0 failed.\n');
    folder('envs/local', '  run "b"... fail\n\nFailure! 1 passed, 2 failed.\n', 1);

    const { status, stdout } = run(['test']);

    expect(stdout.trim().split('\n').at(-1)).toBe('terraform: 4 passed, 2 failed');
    expect(stdout).toContain('== envs/local\n  run "b"... fail');
    expect(status).toBe(1);
  });

  it.each([
    { what: 'printed no result', output: 'Error: Invalid block\n', code: 1 },
    { what: 'ran no test', output: 'Success! 0 passed, 0 failed.\n', code: 0 },
  ])('count a folder that $what as a failure', ({ output, code }) => {
    folder('modules/odd', output, code);
    folder('envs/local', 'Success! 1 passed, 0 failed.\n');

    const { status, stdout } = run(['test']);

    expect(stdout.trim().split('\n').at(-1)).toBe('terraform: 1 passed, 1 failed');
    expect(status).toBe(1);
  });
});

describe('the check', () => {
  it('prints the folder that is not valid, and fails', () => {
    folder('modules/bad', 'Error: Unsupported argument\n', 1);
    folder('envs/local', 'Success! The configuration is valid.\n');

    const { status, stdout } = run(['check']);

    expect(stdout).toContain('== modules/bad\nError: Unsupported argument');
    expect(stdout).not.toContain('== envs/local');
    expect(status).toBe(1);
  });
});

describe('providers', () => {
  it.each([
    { what: 'nothing is configured', env: {} },
    {
      what: 'the configuration is a file that is not there',
      env: { TF_CLI_CONFIG_FILE: '/nowhere/rc' },
    },
  ])('come from the mirror when $what', ({ env }) => {
    folder('envs/local');

    const { stdout } = run(['local', 'plan'], env);

    expect(stdout).toContain(`path = "${join(top, 'mirror')}"`);
    expect(stdout).not.toContain('direct');
  });

  it('come from the source that the user configured', () => {
    folder('envs/local');
    const config = join(top, 'my.tfrc');
    writeFileSync(config, 'mine');

    const { stdout } = run(['local', 'plan'], {
      TF_CLI_CONFIG_FILE: config,
      TF_PROVIDER_MIRROR: '',
    });

    expect(stdout).toContain('config: mine');
  });

  it('are initialized once for the same files', () => {
    folder('envs/local');

    run(['local', 'apply']);
    run(['local', 'apply']);

    expect(calls().filter((call) => call.includes(' init '))).toHaveLength(1);
  });
});

describe('versions and hashes of providers', () => {
  it('are those of the committed lock file, even in a module', () => {
    folder('modules/queue', 'Success! 1 passed, 0 failed.\n');
    writeFileSync(join(top, 'terraform/modules/queue', LOCK), 'one that an older init wrote');

    run(['test', 'modules/queue']);

    expect(calls()[0]).toContain(' -lockfile=readonly');
    expect(readFileSync(join(top, 'terraform/modules/queue', LOCK), 'utf8')).toBe(
      'the committed lock file',
    );
  });

  it.each([
    { when: 'the bucket refuses', says: 'No valid credential sources found' },
    {
      when: 'the mirror has other versions than the locked one',
      says: 'Initializing provider plugins...\nError: Failed to query available packages',
    },
    {
      when: 'the provider has another hash than the locked one',
      says: "Initializing provider plugins...\ndoesn't match any of the checksums",
    },
  ])('are not replaced when $when: the command fails and prints the error', ({ says }) => {
    folder('envs/dev');

    const { status, stderr } = run(['plan', 'dev'], { STATE_BUCKET: 'my-state', REFUSES: says });

    expect(stderr).toContain(`${says}\n`);
    expect(stderr).toContain('init of envs/dev failed');
    expect(status).toBe(1);
    expect(calls()).toEqual([expect.stringContaining(' -lockfile=readonly')]);
  });

  it('are upgraded only with -upgrade', () => {
    folder('envs/local');

    run(['local', 'init', '-upgrade']);
    run(['local', 'plan']);
    writeFileSync(join(top, 'terraform/envs/local', LOCK), 'the upgraded lock file');
    run(['local', 'plan']);

    const inits = calls().filter((call) => call.includes(' init '));
    expect(inits.map((call) => call.includes(' -upgrade'))).toEqual([true, false]);
    expect(inits.map((call) => call.includes(' -lockfile=readonly'))).toEqual([false, true]);
  });

  it('are locked for the same provider everywhere, with a hash for every platform of its release', () => {
    const locks = ['dev', 'local', 'prod', 'stage'].map((stage) =>
      readFileSync(join(ROOT, 'terraform/envs', stage, LOCK), 'utf8'),
    );

    expect(new Set(locks).size).toBe(1);
    const [lock = ''] = locks;
    expect(lock.match(/^provider .*/gm)).toEqual([
      'provider "registry.terraform.io/hashicorp/aws" {',
    ]);
    // Release 5.100.0 has packages for 14 platforms, linux and darwin on amd64 and arm64 among them.
    expect(new Set(lock.match(/"h1:[\w+/]{43}="/g)).size).toBe(14);
    expect(new Set(lock.match(/"zh:[0-9a-f]{64}"/g)).size).toBe(15);
  });
});

describe('a cache of providers that folders share', () => {
  it('is filled by one folder at a time', () => {
    const folders = ['modules/a', 'modules/b', 'modules/c', 'envs/local'];
    for (const path of folders) folder(path, 'Success! 1 passed, 0 failed.\n');
    const config = join(top, 'my.tfrc');
    writeFileSync(config, 'mine');

    const { stdout } = run(['test'], { TF_CLI_CONFIG_FILE: config, TF_PROVIDER_MIRROR: '' });

    expect(stdout).toContain('terraform: 4 passed, 0 failed');
    expect(calls().filter((call) => call.includes(' init '))).toHaveLength(folders.length);
    expect(calls()).not.toContain('overlap');
  });
});

describe('a stage', () => {
  it('fails without STATE_BUCKET before it does anything', () => {
    folder('envs/dev');

    const { status, stderr } = run(['plan', 'dev']);

    expect(stderr).toMatch(/^terraform: STATE_BUCKET is missing: .+\n$/);
    expect(status).toBe(1);
    expect(calls()).toEqual([]);
  });

  it('has its state in the bucket of STATE_BUCKET', () => {
    folder('envs/dev');

    run(['plan', 'dev'], { STATE_BUCKET: 'my-state' });

    expect(calls()[0]).toContain(
      '-backend-config=bucket=my-state -backend-config=region=us-east-1',
    );
    expect(calls()[1]).toContain(' plan -out=');
  });

  it('has its state and its resources in the region of AWS_REGION', () => {
    folder('envs/prod');

    run(['plan', 'prod'], { STATE_BUCKET: 'my-state' });
    const { stdout } = run(['plan', 'prod'], {
      STATE_BUCKET: 'my-state',
      AWS_REGION: 'eu-central-1',
    });

    expect(stdout).toContain('region: eu-central-1 eu-central-1\n');
    const inits = calls().filter((call) => call.includes(' init '));
    expect(inits.map((call) => /region=(\S+)/.exec(call)?.[1])).toEqual([
      'us-east-1',
      'eu-central-1',
    ]);
  });

  it('has a plan that other users of the machine cannot read', () => {
    folder('envs/dev');
    const plan = join(top, '.local/terraform/dev.tfplan');
    mkdirSync(dirname(plan), { recursive: true });
    writeFileSync(plan, 'of an older version');
    for (const path of [plan, dirname(plan), join(top, '.local')]) chmodSync(path, 0o755);
    const modes = () =>
      [plan, dirname(plan), join(top, '.local')].map((path) => statSync(path).mode & 0o077);

    run(['plan', 'dev'], { STATE_BUCKET: 'my-state' });
    const repaired = modes();
    rmSync(join(top, '.local'), { recursive: true });
    run(['plan', 'dev'], { STATE_BUCKET: 'my-state' });

    expect(repaired).toEqual([0, 0, 0]);
    expect(modes()).toEqual([0, 0, 0]);
  });

  it('is not applied without a saved plan', () => {
    folder('envs/prod');

    const { status, stderr } = run(['apply', 'prod'], { STATE_BUCKET: 'my-state' });

    expect(stderr).toContain('there is no saved plan of prod');
    expect(status).toBe(1);
    expect(calls()).toEqual([]);
  });

  it('must exist', () => {
    folder('envs/dev');

    const { status, stderr } = run(['destroy', 'qa'], { STATE_BUCKET: 'my-state' });

    expect(stderr).toContain('dev, stage or prod');
    expect(status).toBe(1);
  });
});

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
  *" apply"*) cat "\${1#-chdir=}/backend_override.tf" >>"$CALLS" 2>/dev/null || echo "state in the bucket" >>"$CALLS"; [ -z "$DIES" ] || { : >"$(dirname "$CALLS")/.local/terraform/bootstrap-prod.tfstate"; exit 1; } ;;
  *" output -raw "*) printf %s "the-$4" ;;
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

describe('the bootstrap of a stage', () => {
  const given = { STATE_BUCKET: 'my-state', REPOSITORY: 'owner/name' };
  const NO_BUCKET =
    'Error: Failed to get existing workspaces: S3 bucket "my-state" does not exist.';
  const inits = () => calls().filter((call) => call.includes(' init '));

  it.each([
    { says: 'the bucket', env: { REPOSITORY: 'owner/name' }, expected: 'STATE_BUCKET is missing' },
    { says: 'the repository', env: { STATE_BUCKET: 'a' }, expected: 'REPOSITORY is missing' },
    {
      says: 'one repository',
      env: { STATE_BUCKET: 'a', REPOSITORY: 'owner/*' },
      expected: 'REPOSITORY is missing',
    },
  ])('needs the name of $says', ({ env, expected }) => {
    folder('bootstrap');

    const { status, stderr } = run(['bootstrap', 'prod'], env);

    expect(stderr).toContain(expected);
    expect(status).toBe(1);
    expect(calls()).toEqual([]);
  });

  it('keeps its state on the machine until the bucket exists, and then moves it there', () => {
    folder('bootstrap');
    writeFileSync(
      join(top, 'bin', 'terraform'),
      FAKE_TERRAFORM.replace(
        '[ -n "$REFUSES" ]',
        `[ ! -e "$CALLS.second" ] && : >"$CALLS.second"`,
      ).replace('echo "$REFUSES"', `echo '${NO_BUCKET}'`),
    );

    const { status, stdout } = run(['bootstrap', 'prod'], given);

    const state = join(top, '.local/terraform/bootstrap-prod.tfstate');
    expect(calls()).toContain(`    path = "${state}"`);
    expect(inits()).toHaveLength(3);
    expect(inits().at(-1)).toMatch(/-migrate-state -force-copy -backend-config=bucket=my-state /);
    expect(existsSync(join(top, 'terraform/bootstrap/backend_override.tf'))).toBe(false);
    expect(stdout).toMatch(/^ {2}prod +AWS_ROLE_ARN +the-deploy_role_arn$/m);
    expect(stdout).toMatch(/^ {2}drift-prod +AWS_ROLE_ARN +the-drift_role_arn$/m);
    expect(status).toBe(0);
  });

  it('uses the state in the bucket from then on', () => {
    folder('bootstrap');

    run(['bootstrap', 'prod', '-auto-approve'], given);

    expect(inits()).toHaveLength(1);
    expect(calls()).toContain('state in the bucket');
    expect(calls().find((call) => call.includes(' apply'))).toContain('-auto-approve');
  });

  it('continues from the state on the machine after a run that failed', () => {
    folder('bootstrap');
    mkdirSync(join(top, '.local/terraform'), { recursive: true });
    writeFileSync(join(top, '.local/terraform/bootstrap-prod.tfstate'), '{}');

    const { status } = run(['bootstrap', 'prod'], given);

    expect(calls()).not.toContain('state in the bucket');
    expect(inits().at(-1)).toContain('-migrate-state');
    expect(existsSync(join(top, '.local/terraform/bootstrap-prod.tfstate'))).toBe(false);
    expect(status).toBe(0);
  });

  it('removes no state when the apply fails', () => {
    folder('bootstrap');

    const { status } = run(['bootstrap', 'prod'], { ...given, DIES: 'yes' });

    expect(existsSync(join(top, '.local/terraform/bootstrap-prod.tfstate'))).toBe(true);
    expect(existsSync(join(top, 'terraform/bootstrap/backend_override.tf'))).toBe(false);
    expect(status).toBe(1);
  });

  it('reports a bucket that belongs to somebody else', () => {
    folder('bootstrap');

    const { status, stderr } = run(['bootstrap', 'prod'], { ...given, REFUSES: '403 Forbidden' });

    expect(stderr).toContain('403 Forbidden');
    expect(calls().some((call) => call.includes(' apply'))).toBe(false);
    expect(status).toBe(1);
  });
});

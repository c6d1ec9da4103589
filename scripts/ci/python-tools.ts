import { join } from 'node:path';
import { LOCAL_DIR } from '#scripts/local/paths.ts';
import type { PythonEnvironment } from '#scripts/setup/python-environment.ts';

/** The linter of workflows and the scan for secrets. */
export const CHECK_TOOLS: PythonEnvironment = {
  title: 'the tools of make check',
  dir: join(LOCAL_DIR, 'check-tools'),
  requirements: join(import.meta.dirname, 'requirements.txt'),
};

/** checkov. In its own environment, because it is large and only `make audit` needs it. */
export const AUDIT_TOOLS: PythonEnvironment = {
  title: 'checkov',
  dir: join(LOCAL_DIR, 'audit-tools'),
  requirements: join(import.meta.dirname, 'audit-requirements.txt'),
};

/** The path of a program of the environment. */
export const toolPath = ({ dir }: PythonEnvironment, name: string): string =>
  join(dir, 'bin', name);

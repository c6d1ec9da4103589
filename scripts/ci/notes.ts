/** Prints the notes of the release that is checked out: the commits since the previous tag v*. `make notes` */
import { execFileSync } from 'node:child_process';
import { command } from '#scripts/command.ts';
import { ROOT } from '#scripts/local/paths.ts';
import { releaseNotes } from './release-notes.ts';

const main = () => {
  const previous = previousTag();
  const range = previous === undefined ? 'HEAD' : `${previous}..HEAD`;
  const subjects = git('log', '--no-merges', '--reverse', '--format=%s', range, '--');
  process.stdout.write(releaseNotes(subjects.split('\n').filter((text) => text !== '')));
};

/** The tag of HEAD itself does not count. */
const previousTag = () => {
  try {
    return git('describe', '--tags', '--abbrev=0', '--match', 'v*', 'HEAD^').trim();
  } catch {
    return undefined;
  }
};

const git = (...args: string[]) =>
  execFileSync('git', args, {
    ...{ cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    maxBuffer: 64 * 1024 * 1024,
  });

await command(main);

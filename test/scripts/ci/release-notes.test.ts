import { describe, expect, it } from 'vitest';
import { releaseNotes } from '#scripts/ci/release-notes.ts';

describe('release notes', () => {
  it('group the commits by their top folder, in the order of the commits', () => {
    const notes = releaseNotes([
      'lib/http: honour dates',
      'docs: explain',
      'lib/bus: wait',
      'Begin',
    ]);

    expect(notes).toBe(
      '## docs\n\n- explain\n\n## lib\n\n- honour dates\n- wait\n\n## other\n\n- Begin\n',
    );
  });

  it('cannot contain a link, a picture, HTML or the name of a person', () => {
    const notes = releaseNotes(['docs: ![x](https://example.org) <img src=x> @someone #12 `code`']);

    expect(notes).not.toMatch(/(?<!\\)[[\]<>`]|@|(?<!\\|&)#(?!# docs)\d/);
    expect(notes).toContain(String.raw`\!\[x\](https://example.org) \<img src=x\> &`);
  });

  it('say so when there is no commit', () => {
    expect(releaseNotes([])).toBe('No changes.\n');
  });
});

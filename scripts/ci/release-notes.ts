/** The notes of a release as Markdown, from the subjects of its commits: `lib/http: honour Retry-After dates`. */
export const releaseNotes = (subjects: readonly string[]): string => {
  if (subjects.length === 0) return 'No changes.\n';
  const changes = subjects.map((subject) => {
    const [, scope = 'other', text = subject] = /^([\w./-]+): (.+)$/.exec(subject) ?? [];
    return { part: scope.split('/')[0] ?? scope, text: escaped(text) };
  });
  const parts = [...Map.groupBy(changes, ({ part }) => part)].sort(([a], [b]) => (a < b ? -1 : 1));
  return parts
    .map(([part, of]) => `## ${part}\n\n${of.map(({ text }) => `- ${text}\n`).join('')}`)
    .join('\n');
};

/** A subject must not become a link, a picture, HTML or a notification of a person. */
const escaped = (text: string) => text.replace(/[\\`*_[\]<>#|!]/g, '\\$&').replaceAll('@', '&#64;');

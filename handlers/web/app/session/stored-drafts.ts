const PREFIX = 'draft:';
/** The name in the tab's storage of the user who typed the drafts. */
const OWNER = 'drafts-of';

export const findDraft = (key: string): unknown => {
  const text = sessionStorage.getItem(`${PREFIX}${key}`);
  return text === null ? undefined : JSON.parse(text);
};

export const storeDraft = (key: string, value: unknown): void =>
  sessionStorage.setItem(`${PREFIX}${key}`, JSON.stringify(value));

export const deleteDraft = (key: string): void => sessionStorage.removeItem(`${PREFIX}${key}`);

export const deleteDrafts = (): void => {
  const names = Array.from({ length: sessionStorage.length }, (_, n) => sessionStorage.key(n));
  for (const name of names) if (name?.startsWith(PREFIX)) sessionStorage.removeItem(name);
};

/** Keeps the drafts of this user in the tab, and deletes those of another one. */
export const keepDraftsOf = (username: string): void => {
  if (sessionStorage.getItem(OWNER) !== username) deleteDrafts();
  sessionStorage.setItem(OWNER, username);
};

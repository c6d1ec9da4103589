const MAX_CHARS = 240;

/** A text of at most 240 characters. */
export const shortText = (text: string): string => {
  const characters = Array.from(text.slice(0, 2 * MAX_CHARS));
  return characters.length > MAX_CHARS ? `${characters.slice(0, MAX_CHARS).join('')}…` : text;
};

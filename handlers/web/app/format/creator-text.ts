/**
 * A short text for the creator of something, such as `user:ada` or `scheduler`: `you` for the viewer, and the beginning of a
 * long id.
 */
export const creatorText = (creator: string, viewer: string | undefined): string => {
  if (viewer !== undefined && creator === `user:${viewer}`) return 'you';
  return creator.replace(/^(\w+:[\da-f]{8})-[\da-f-]{27}$/, (_, start: string) => `${start}…`);
};

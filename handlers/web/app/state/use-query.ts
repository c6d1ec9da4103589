import { useLocation } from 'preact-iso/router';
import { changedQuery } from './changed-query.ts';
import { useRouteWhileShown } from './use-route-while-shown.ts';

/** The parameters of the page's address, and a way to change them. */
export interface QueryState {
  query: Readonly<Record<string, string>>;
  /** Replaces these parameters; an empty text removes one. The page of before stays in the history. */
  setQuery: (changes: Readonly<Record<string, string>>) => void;
}

/** Filters and other choices that are kept in the address, so that a link, reload, back and forward restore them. */
export const useQuery = (): QueryState => {
  const { query } = useLocation();
  const route = useRouteWhileShown();
  return {
    query,
    setQuery: (changes) => {
      // The address as it is now: it can have changed since the last render, for example while somebody was typing.
      const { pathname, search } = location;
      const changed = changedQuery(search, changes);
      route(changed === '' ? pathname : `${pathname}?${changed}`);
    },
  };
};

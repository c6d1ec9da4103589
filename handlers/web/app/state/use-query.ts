import { useLocation } from 'preact-iso/router';

/** The parameters of the page's address, and a way to change them. */
export interface QueryState {
  query: Readonly<Record<string, string>>;
  /** Replaces these parameters; an empty text removes one. The page of before stays in the history. */
  setQuery: (changes: Readonly<Record<string, string>>) => void;
}

/** Filters and other choices that are kept in the address, so that a link, reload, back and forward restore them. */
export const useQuery = (): QueryState => {
  const { query, path, route } = useLocation();
  return {
    query,
    setQuery: (changes) => {
      const parameters = new URLSearchParams(
        Object.entries({ ...query, ...changes }).filter(([, value]) => value !== ''),
      );
      const text = parameters.toString();
      route(text === '' ? path : `${path}?${text}`);
    },
  };
};

import { useEffect, useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';

/**
 * The function that opens another page. It does nothing after the component has disappeared: a response that comes late must
 * not take the viewer away from the page that was opened in the meantime.
 */
export const useRouteWhileShown = (): ((url: string, replace?: boolean) => void) => {
  const { route } = useLocation();
  const isShown = useRef(true);
  useEffect(
    () => () => {
      isShown.current = false;
    },
    [],
  );
  return (url, replace) => {
    if (isShown.current) route(url, replace);
  };
};

import { Notice } from '#handlers/web/app/parts/notice.tsx';

/** In place of a part of the state that the platform could not read. */
export const Unread = ({ what }: { what: string }) => (
  <Notice tone="warn" title={`${what} could not be read.`}>
    The platform tries again. The other parts of this page are not affected.
  </Notice>
);

// Pages that load together: see work-pages.ts.
export { FlagsPage } from './flags-page.tsx';
export { SystemPage } from './system-page.tsx';

import { html } from '#lib/platform/markup.ts';
import { page } from './page.ts';

/**
 * The page that says why an assistant could not be connected. It never leads anywhere: the request may come from a stranger.
 * @param problem a clause without a full stop
 */
export const errorPage = (problem: string) =>
  page({
    title: 'Not connected',
    body: html`<h1>Not connected</h1>
<p>The assistant could not be connected: ${problem}.</p>
<p>Nothing has changed. Close this page, and start again in the assistant.</p>`,
  });

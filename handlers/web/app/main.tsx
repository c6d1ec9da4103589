import './style.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { startSession } from './session/session.ts';
import { applyTheme } from './state/theme.ts';

applyTheme();
// The router takes the beginning of such a path for a host.
if (location.pathname.startsWith('//')) {
  history.replaceState(null, '', location.pathname.replace(/^\/+/, '/') + location.search);
}
// The callback page opens a new session. An older one, continued at the same time, could replace or end it.
if (location.pathname !== '/callback') void startSession();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);

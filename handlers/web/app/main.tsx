import './style.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { startSession } from './session/session.ts';
import { applyTheme } from './state/theme.ts';

applyTheme();
void startSession();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);

import { LocationProvider } from 'preact-iso/router';
import { Toasts } from './parts/toasts.tsx';
import { Routes } from './routes.tsx';
import { SessionGate } from './session/session-gate.tsx';

/** The whole dashboard. */
export const App = () => (
  <LocationProvider>
    <SessionGate>
      <Routes />
    </SessionGate>
    <Toasts />
  </LocationProvider>
);

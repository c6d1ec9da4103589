import { signal } from '@preact/signals';
import { apiError, isApiError } from '#handlers/web/app/api/api-error.ts';
import type { Me } from '#handlers/web/app/api/responses.ts';
import { send } from '#handlers/web/app/api/send.ts';
import { deleteDrafts, keepDraftsOf } from './stored-drafts.ts';

export type Session =
  | { state: 'starting' }
  | { state: 'signed-in'; me: Me }
  /** `hasEnded`: the viewer did not sign out, but the session ended. */
  | { state: 'signed-out'; hasEnded: boolean }
  /** The platform did not answer, so nothing is known. */
  | { state: 'unreachable'; error: unknown };

export const session = signal<Session>({ state: 'starting' });

/** Only in memory, so that no script of another page load can read it. */
let token: string | undefined;
let refreshing: Promise<string> | undefined;

/** Reports a sign-out to the other tabs. */
const otherTabs = new BroadcastChannel('rez-agent-session');
otherTabs.onmessage = () => forgetViewer();

const LOCK = 'rez-agent-refresh';
/** The name in the browser's storage of the mark that there may be a refresh cookie, which scripts cannot see. */
const MARK = 'has-session';

export const accessToken = (): string | undefined => token;

/** Continues the session of the refresh cookie, if there is one. */
export const startSession = async (): Promise<void> => {
  if (localStorage.getItem(MARK) === null) {
    session.value = { state: 'signed-out', hasEnded: false };
    return;
  }
  session.value = { state: 'starting' };
  try {
    await refreshToken();
    await loadMe();
  } catch (error) {
    if (isApiError(error) && error.status === 401)
      session.value = { state: 'signed-out', hasEnded: false };
    else session.value = { state: 'unreachable', error };
  }
};

/** Uses the tokens of a completed sign-in. */
export const openSession = async (accessToken: string): Promise<void> => {
  token = accessToken;
  await loadMe();
};

/**
 * Gets a new access token with the refresh cookie. One tab at a time, because each refresh replaces the cookie.
 * @throws ApiError with status 401 when the session has ended
 */
export const refreshToken = (): Promise<string> => {
  refreshing ??= navigator.locks.request(LOCK, refresh).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
};

const refresh = async (): Promise<string> => {
  try {
    const { body } = await send<{ access_token: string }>('POST', '/api/auth/refresh');
    token = body.access_token;
    return token;
  } catch (error) {
    if (isApiError(error) && error.status === 401) {
      endSession();
      throw apiError({ status: 401, code: 'SESSION_ENDED', message: 'Your session has ended.' });
    }
    throw error;
  }
};

const loadMe = async () => {
  const { body } = await send<Me>('GET', '/api/me', { token });
  localStorage.setItem(MARK, 'yes');
  keepDraftsOf(body.username);
  session.value = { state: 'signed-in', me: body };
};

/** Forgets the token after the API rejected it. Several requests may find that out. */
export const endSession = (): void => {
  if (session.value.state !== 'signed-out') forget(session.value.state === 'signed-in');
};

/**
 * Ends the session at the platform, and in all tabs of this browser. It waits for a refresh that is in progress, which would
 * set the cookie again.
 */
export const signOut = (): Promise<void> =>
  navigator.locks.request(LOCK, async () => {
    await send('POST', '/api/auth/logout');
    forgetViewer();
    otherTabs.postMessage('signed out');
  });

/** After a sign-out, the next viewer of the tab must not see what this one typed. */
const forgetViewer = () => {
  deleteDrafts();
  forget(false);
};

const forget = (hasEnded: boolean) => {
  token = undefined;
  localStorage.removeItem(MARK);
  session.value = { state: 'signed-out', hasEnded };
};

const rolesOf = (): readonly string[] =>
  session.value.state === 'signed-in' ? session.value.me.roles : [];

/** Whether the viewer may create and change messages and schedules. The API decides in any case. */
export const mayOperate = (): boolean =>
  rolesOf().some((role) => role === 'operator' || role === 'admin');

/** Whether the viewer may switch flags. The API decides in any case. */
export const mayAdminister = (): boolean => rolesOf().includes('admin');

import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { KeptSignIn } from './kept-sign-in.ts';
import type { McpAuthorization, SignedIn } from './mcp-authorization.ts';

/** The access tokens of one server. They are only in memory. */
export interface HeldTokens {
  /** A token that is valid for some time. The first call can wait for a person who signs in. */
  current: () => Promise<string>;
  /** Another token than this one, which the server refused. */
  renewed: (refused: string) => Promise<string>;
}

export interface HeldTokensDeps {
  authorization: McpAuthorization;
  kept: KeptSignIn;
  log: (sentence: string) => void;
  now: () => number;
}

/** A token that expires within this time is renewed. Milliseconds. */
const MARGIN_MS = MINUTE_MS;
/** Of a token that does not say how long it is valid. Seconds. */
const UNKNOWN_VALIDITY_SECONDS = 300;
/** A sign-in that failed is not repeated for this time, or each request would open a page. Milliseconds. */
const PAUSE_MS = 30 * SECOND_MS;

/** Requests that need a token at the same time share one renewal. */
export const heldTokens = (deps: HeldTokensDeps): HeldTokens => {
  let held: { token: string; renewAtMs: number } | undefined;
  let failed: { error: unknown; untilMs: number } | undefined;
  let renewal: Promise<string> | undefined;

  const renew = async (): Promise<string> => {
    if (failed !== undefined && deps.now() < failed.untilMs) throw failed.error;
    try {
      const { access_token, expires_in = UNKNOWN_VALIDITY_SECONDS } = await obtain(deps);
      // A token that is valid for less than the margin is used for half of its time.
      const validMs = expires_in * SECOND_MS;
      held = {
        token: access_token,
        renewAtMs: deps.now() + Math.max(validMs - MARGIN_MS, validMs / 2),
      };
      return access_token;
    } catch (error) {
      const isOutage = error instanceof AppError && error.kind === 'unavailable';
      failed = isOutage ? undefined : { error, untilMs: deps.now() + PAUSE_MS };
      throw error;
    }
  };
  const shared = () => {
    renewal ??= renew().finally(() => {
      renewal = undefined;
    });
    return renewal;
  };

  return {
    current: async () =>
      held !== undefined && deps.now() < held.renewAtMs ? held.token : shared(),
    renewed: async (refused) => {
      if (held !== undefined && held.token !== refused) return held.token;
      held = undefined;
      return shared();
    },
  };
};

/** Uses the refresh token that is kept, which another bridge may have replaced, or lets the person sign in. */
const obtain = async ({ authorization, kept, log }: HeldTokensDeps) =>
  kept.alone(async () => {
    let refused: string | undefined;
    for (let saved = kept.read(); saved !== undefined; saved = kept.read()) {
      if (saved.refresh_token === refused) {
        log('the sign-in that was kept has ended');
        kept.remove();
        break;
      }
      const renewed = await authorization.refresh(saved);
      if (renewed !== undefined) return keep(renewed, kept, saved.refresh_token);
      refused = saved.refresh_token;
    }
    log('no sign-in is kept: signing in with the browser');
    const signedIn = await authorization.signIn();
    log('signed in');
    return keep(signedIn, kept);
  });

const keep = ({ clientId, tokens }: SignedIn, kept: KeptSignIn, previous?: string) => {
  const { refresh_token = previous } = tokens;
  if (refresh_token !== undefined && refresh_token !== previous) {
    kept.write({ client_id: clientId, refresh_token });
  }
  return tokens;
};

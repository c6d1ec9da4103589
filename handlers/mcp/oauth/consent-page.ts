import type { McpResponse } from '#handlers/mcp/route.ts';
import { isLoopback } from '#lib/identity/oauth/client-redirects.ts';
import type { OauthClient } from '#lib/identity/oauth/find-client.ts';
import { stage } from '#lib/platform/env.ts';
import { html } from '#lib/platform/markup.ts';
import { cleanLine } from '#lib/platform/text.ts';
import { page } from './page.ts';

export interface ConsentQuestion {
  client: OauthClient;
  redirectUri: string;
  /** The sealed request. */
  request: string;
  loginOrigin: string;
}

/** The page that asks a person whether a client may use the platform in the person's name. */
export const consentPage = ({
  client,
  redirectUri,
  request,
  loginOrigin,
}: ConsentQuestion): McpResponse => {
  const name = cleanLine(client.name);
  const { host } = new URL(redirectUri);
  const isOnComputer = isLoopback(redirectUri);
  return {
    status: 200,
    ...page({
      title: `Connect ${name}`,
      formTargets: ["'self'", loginOrigin, formTargetOf(redirectUri)],
      body: html`<h1>Connect ${name}?</h1>
<p><strong>${name}</strong> asks to use <span class="product">rez-agent</span> (${stage}) in your name. ${
        isOnComputer
          ? html`The answer goes to a program on this computer (<strong>${host}</strong>).`
          : html`The answer goes to <strong>${host}</strong>.`
      }</p>
${client.isRegistered ? html`<p class="quiet">The program chose this name itself. Nobody has checked it.</p>` : ''}
<h2>What it will be able to do with your role</h2>
<ul>
<li><strong>Viewer:</strong> read schedules, messages, results and pending approvals.</li>
<li><strong>Operator, admin:</strong> also get forecasts, search tee times, ask for a booking or a cancellation, call the configured services, change and run schedules, send notifications, and repeat failed messages.</li>
</ul>
<p class="notice">A booking needs your yes on the phone or at the dashboard, unless a rule of your policy allows it. An assistant cannot give it.</p>
<p class="quiet">It does not see your password, which you enter on the next page. Allow this only if you started it yourself just now.</p>
<form method="post" action="/oauth/authorize">
<input type="hidden" name="request" value="${request}">
<button class="allow" name="answer" value="allow">Allow</button>
<button name="answer" value="cancel">Cancel</button>
</form>`,
    }),
  };
};

/** Browsers also check the redirects after a form. A policy cannot name an IPv6 address, so its scheme is named. */
const formTargetOf = (redirectUri: string): string => {
  const { origin, protocol } = new URL(redirectUri);
  return origin.includes('[') ? protocol : origin;
};

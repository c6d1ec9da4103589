/**
 * The content security policy of the dashboard: it runs its own scripts, calls its own origin, and no text becomes code
 * or markup.
 * @param signInOrigin the origin of the sign-in pages
 */
export const pagePolicy = (signInOrigin: string): Record<string, string> => ({
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'form-action': `'self' ${signInOrigin}`,
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
  'require-trusted-types-for': "'script'",
  'trusted-types': "'none'",
});

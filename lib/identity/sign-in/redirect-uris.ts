/** The path of the dashboard's page that completes a sign-in. Terraform adds it to the callback list of the user pool. */
export const CALLBACK_PATH = '/callback';

/** Where people may return to after signing in: the addresses of the stage, and the platform itself. */
export const redirectUris = (ofStage: readonly string[], publicUrl: string): string[] => [
  ...ofStage,
  `${publicUrl}${CALLBACK_PATH}`,
];

/** The path of the dashboard's page that completes a sign-in. Terraform adds it to the callback list of the user pool. */
export const CALLBACK_PATH = '/callback';

/** The addresses to which a sign-in may return: those of the stage and that of the platform. */
export const redirectUris = (ofStage: readonly string[], publicUrl: string): string[] => [
  ...ofStage,
  `${publicUrl}${CALLBACK_PATH}`,
];

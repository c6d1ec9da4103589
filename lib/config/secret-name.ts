import { ENDPOINT_NAME } from './endpoint-name.ts';

/** The secret of the golf courses. Terraform creates its name. */
export const GOLF_SECRET = 'golf/credentials';

const ENDPOINT_FOLDER = 'http/';

/** Whether this is the secret of an endpoint of the action `http`. It is created with its first value. */
export const isEndpointSecret = (name: string): boolean =>
  name.startsWith(ENDPOINT_FOLDER) && ENDPOINT_NAME.test(name.slice(ENDPOINT_FOLDER.length));

/** Whether a secret may have this short name. Functions may read no others. */
export const isSecretName = (name: string): boolean =>
  name === GOLF_SECRET || isEndpointSecret(name);

/** The secret of the golf courses. Terraform creates its name. */
export const GOLF_SECRET = 'golf/credentials';

/** The secret of an endpoint of the action `http`. It is created with its first value. */
export const ENDPOINT_SECRET = /^http\/[a-z\d](?:[a-z\d-]{0,57}[a-z\d])?$/;

/** Whether a secret may have this short name. Functions may read no others. */
export const isSecretName = (name: string): boolean =>
  name === GOLF_SECRET || ENDPOINT_SECRET.test(name);

/** The name of an endpoint of the action `http`, in its parameter, in its secret and in messages. */
export const ENDPOINT_NAME = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** Runs before each test file: sets the environment variables that modules read while they load. */
import { requiredEnvironment } from './environment.ts';

Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  LOG_LEVEL: 'error',
  ...requiredEnvironment(),
});

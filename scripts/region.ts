import { printError } from './command.ts';

/** The region of the stages when nothing else is set. It is also the default of the variable `region` of each root. */
const DEFAULT_REGION = 'us-east-1';

/**
 * The region that `AWS_REGION` names, or the default. A profile's own region does not count, because Terraform would
 * create a second platform in it.
 * @throws Error for text that is no name of a region, because addresses contain the region
 */
export const regionOf = (name: string | undefined): string => {
  const region = name || DEFAULT_REGION;
  if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) return region;
  throw new Error('AWS_REGION must be a region, such as eu-central-1');
};

/** Modules need the region while they are imported, before a command can report an error. So this ends the process. */
const regionOrExit = (): string => {
  try {
    return regionOf(process.env.AWS_REGION);
  } catch (error) {
    printError(error);
    return process.exit(1);
  }
};

/** The region of the stages that the commands work on. */
export const REGION = regionOrExit();

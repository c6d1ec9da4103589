/**
 * Runs the platform at large volumes in simulated time, and prints what happened: `SOAK=bookings` (the default) runs
 * bookings in random worlds; `due`, `outage48` and `outage72` run 100,000 messages.
 */
import { command } from './command.ts';
import { soakBookings } from './soak/soak-bookings.ts';
import { soakVolume, VOLUMES } from './soak/soak-volume.ts';

const main = async () => {
  const name = process.env.SOAK || 'bookings';
  const volume = VOLUMES[name];
  if (volume === undefined && name !== 'bookings') {
    throw new Error(`SOAK must be bookings, ${Object.keys(VOLUMES).join(', ')}`);
  }
  const isWhole = await (volume === undefined ? soakBookings() : soakVolume(name, volume));
  // Promises of killed functions stay open.
  process.exit(isWhole ? 0 : 1);
};

await command(main);

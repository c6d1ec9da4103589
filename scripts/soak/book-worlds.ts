/** Runs the worlds of some seeds until a time, for `scripts/soak.ts`: `book-worlds.ts FROM TO UNTIL_MS`. */
import '#test/support/set-environment.ts';

// The modules of the platform read their environment while they load.
const { checkWorld, FLAVORS } = await import('#test/support/random-bookings.ts');

const [from = 0, to = 0, untilMs = 0] = process.argv.slice(2).map(Number);
const REPORTED = 20;

let worlds = 0;
for (let seed = from; seed < to && Date.now() < untilMs; seed += 1) {
  const flavor = FLAVORS[seed % FLAVORS.length] ?? 'mix';
  for (const rule of await checkWorld(flavor, seed)) console.log(rule);
  worlds += 1;
  if (worlds % REPORTED === 0) console.log(REPORTED);
}
console.log(worlds % REPORTED);
// Promises of killed functions stay open.
process.exit(0);

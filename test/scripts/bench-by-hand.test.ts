import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveBenchKeys } from '#scripts/bench/callers.ts';
import { environmentAt } from '#scripts/bench/environment.ts';
import { eventOf } from '#scripts/bench/events.ts';
import { trial } from '#scripts/bench/process.ts';
import { type StandIn, startStandIn } from '#scripts/bench/server.ts';

const ROOT = join(import.meta.dirname, '../..');

let standIn: StandIn;
let keys: Awaited<ReturnType<typeof serveBenchKeys>>;
let folder: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  standIn = await startStandIn();
  keys = await serveBenchKeys();
  folder = await mkdtemp(join(tmpdir(), 'rez-agent-by-hand-'));
  const certificate = join(folder, 'certificate.pem');
  await writeFile(certificate, standIn.certificate);
  env = environmentAt(standIn, keys, certificate);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await keys.close();
  await standIn.stop();
});

/** What a process asks that is invoked with these events, one after the other. */
const askedBy = async (file: string, events: readonly unknown[]) => {
  standIn.asked();
  const before = keys.requests();
  await trial(join(ROOT, file), { env, events });
  return { aws: standIn.asked(), keySets: keys.requests() - before };
};

describe('by hand', () => {
  it.each([
    { name: 'processor', events: 1, records: 1 },
    { name: 'processor', events: 1, records: 10 },
    { name: 'web-api', events: 1, records: 1 },
    { name: 'web-api', events: 3, records: 1 },
  ])(
    '$name asks what ours asks, for $events events of $records records',
    async ({ name, events, records }) => {
      const given = Array.from({ length: events }, () => eventOf(name, records));

      const ours = await askedBy(`handlers/${name}/index.ts`, given);
      const byHand = await askedBy(`scripts/bench/by-hand/${name}.ts`, given);

      expect(ours.aws.length).toBeGreaterThan(events * records * 3);
      expect(ours.keySets).toBe(name === 'web-api' ? 1 : 0);
      expect(byHand).toEqual(ours);
    },
  );
});

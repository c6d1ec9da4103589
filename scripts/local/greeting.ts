import { line } from '#scripts/printable.ts';

export interface Greeting {
  /** The address of the platform. In a browser it shows the dashboard. */
  url: string;
  /** How long the start took. Milliseconds. */
  tookMs: number;
  /** What else a person can open or use, by its name. */
  places: Readonly<Record<string, string>>;
  /** What differs from the usual start. */
  notes: readonly string[];
}

/** What `make dev` prints when the platform runs. */
export const greeting = ({ url, tookMs, places, notes }: Greeting): string => {
  const width = Math.max(...Object.keys(places).map((name) => name.length));
  const parts = [
    line`rez-agent runs at ${url} (${(tookMs / 1_000).toFixed(1)} s). Open it in a browser to see the dashboard.`,
    Object.entries(places)
      .map(([name, text]) => line`  ${name.padEnd(width)}  ${text}`)
      .join('\n'),
    ...notes.map((note) => line`${note}`),
    'Try in another terminal:',
    line`  make send TEXT="Hello" TITLE="From me" PRIORITY=high
  make act ACTION=weather.get_forecast
  make fire SCHEDULE=daily-hello
  curl ${url}/api/messages -H "Authorization: Bearer $(make -s token)"`,
    'Saved files are reloaded. Ctrl-C stops everything. The logs of the functions:',
  ];
  return `\n${parts.join('\n\n')}\n`;
};

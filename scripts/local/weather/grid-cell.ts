import { weatherProblemError } from './weather-problem.ts';

/** A cell of the forecast grid of an office. */
export interface GridCell {
  office: string;
  x: number;
  y: number;
}

interface Office {
  name: string;
  zone: string;
  city: string;
  state: string;
  /** The office serves the points from here to the next office in the east. Degrees. */
  west: number;
}

/** Offices whose gridpoints have a forecast, by time zone. Points are served by the offices below alone. */
const OFFICES_OF_ZONES: Readonly<Record<string, string>> = {
  'America/Los_Angeles': 'EKA HNX LKN LOX MFR MTR OTX PDT PQR REV SEW SGX STO VEF',
  'America/Denver': 'ABQ BOI BOU BYZ CYS EPZ GGW GJT GLD MSO PIH PUB RIW SLC TFX UNR',
  'America/Phoenix': 'FGZ PSR TWC',
  'America/Chicago': [
    'ABR AMA ARX BIS BMX BRO CRP DDC DLH DMX DVN EAX EWX FGF FSD FWD GID GRB HGX HUN ICT ILX JAN',
    'LBF LCH LIX LOT LSX LUB LZK MAF MEG MKX MOB MPX MQT OAX OHX OUN PAH SGF SHV SJT TOP TSA',
  ].join(' '),
  'America/New_York': [
    'AKQ ALY APX BGM BOX BTV BUF CAE CAR CHS CLE CTP DTX FFC GRR GSP GYX ILM ILN IND IWX JAX JKL',
    'KEY LMK LWX MFL MHX MLB MRX OKX PBZ PHI RAH RLX RNK TAE TBW',
  ].join(' '),
};

const OFFICES: readonly Office[] = [
  { name: 'SEW', zone: 'America/Los_Angeles', city: 'Seattle', state: 'WA', west: -130 },
  { name: 'BOU', zone: 'America/Denver', city: 'Boulder', state: 'CO', west: -114 },
  { name: 'LOT', zone: 'America/Chicago', city: 'Romeoville', state: 'IL', west: -102 },
  { name: 'PBZ', zone: 'America/New_York', city: 'Moon Township', state: 'PA', west: -86 },
];
const EAST = -65;
const SOUTH = 24;
const NORTH = 50;
const CELLS_PER_DEGREE = 4;
/** How far the fault `grid moved` moves every cell. Cells. */
const MOVED_BY = 100;
const MAX_CELL = 2 * MOVED_BY;

/** The office and the cell of a point. @throws WeatherProblem InvalidPoint */
export const gridpointOf = (
  { latitude, longitude }: { latitude: number; longitude: number },
  { isMoved }: { isMoved: boolean },
): GridCell & { timeZone: string; city: string; state: string } => {
  const isServed = latitude >= SOUTH && latitude < NORTH && longitude < EAST;
  const office = isServed ? OFFICES.findLast(({ west }) => longitude >= west) : undefined;
  if (office === undefined) {
    const point = `${latitude},${longitude}`;
    throw weatherProblemError('InvalidPoint', `There is no data for the requested point ${point}`);
  }
  return {
    office: office.name,
    x: Math.floor((longitude - office.west) * CELLS_PER_DEGREE),
    y: Math.floor((latitude - SOUTH) * CELLS_PER_DEGREE) + (isMoved ? MOVED_BY : 0),
    timeZone: office.zone,
    city: office.city,
    state: office.state,
  };
};

/** The time zone of a cell. @throws WeatherProblem InvalidGridpoint */
export const zoneOfGridpoint = (
  { office, x, y }: GridCell,
  { isMoved }: { isMoved: boolean },
): string => {
  const zones = Object.entries(OFFICES_OF_ZONES);
  const zone = zones.find(([, offices]) => offices.split(' ').includes(office))?.[0];
  const isKnown = x <= MAX_CELL && y <= MAX_CELL && (!isMoved || y >= MOVED_BY);
  if (zone === undefined || !isKnown) {
    const detail = `The gridpoint ${office}/${x},${y} is not valid`;
    throw weatherProblemError('InvalidGridpoint', detail);
  }
  return zone;
};

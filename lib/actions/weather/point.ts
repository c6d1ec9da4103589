/** A place on earth. Degrees, with at most four decimals. */
export interface Point {
  latitude: number;
  longitude: number;
}

/** The service redirects requests for more decimals. */
const DECIMALS = 4;

/** The point that the service has a gridpoint for. */
export const pointOf = ({ latitude, longitude }: Point): Point => ({
  latitude: rounded(latitude),
  longitude: rounded(longitude),
});

/** The point as a path contains it: `40.75,-79.65`. The service redirects requests for zeros at the end. */
export const pointText = ({ latitude, longitude }: Point): string => `${latitude},${longitude}`;

const rounded = (degrees: number): number => Number(degrees.toFixed(DECIMALS));

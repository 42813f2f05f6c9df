// Names on the map are HTML: the map has no fonts of its own. A few towns, by
// rounded coordinates, help to find one's way.

export const towns: [name: string, lon: number, lat: number, zoom: number][] = [
  ['Vancouver', -123.12, 49.28, 3], ['Seattle', -122.33, 47.61, 4], ['Spokane', -117.43, 47.66, 5], ['Calgary', -114.07, 51.05, 4],
  ['Lethbridge', -112.84, 49.7, 5.5], ['Great Falls', -111.3, 47.5, 5], ['Regina', -104.62, 50.45, 4.5], ['Williston', -103.62, 48.15, 5.5],
  ['Minot', -101.3, 48.23, 5], ['Winnipeg', -97.14, 49.9, 3.5], ['Emerson', -97.21, 49.01, 6], ['Grand Forks', -97.03, 47.93, 5],
  ['Duluth', -92.11, 46.79, 5], ['Thunder Bay', -89.25, 48.38, 4.5], ['Sault Ste. Marie', -84.35, 46.51, 5], ['Detroit', -83.05, 42.33, 4],
  ['Windsor', -83.02, 42.29, 7], ['Toronto', -79.38, 43.65, 3.5], ['Buffalo', -78.88, 42.89, 4.5], ['Kingston', -76.49, 44.23, 5],
  ['Ottawa', -75.7, 45.42, 4], ['Montréal', -73.57, 45.5, 3.5], ['Champlain', -73.45, 44.99, 6.5], ['Sherbrooke', -71.89, 45.4, 5.5],
  ['Québec', -71.21, 46.81, 4], ['Boston', -71.06, 42.36, 4], ['Bangor', -68.77, 44.8, 5], ['Fredericton', -66.64, 45.96, 5],
  ['Whitehorse', -135.05, 60.72, 4], ['Juneau', -134.42, 58.3, 4.5], ['Prince Rupert', -130.32, 54.31, 4.5], ['Fairbanks', -147.72, 64.84, 4],
  ['Dawson', -139.43, 64.06, 4.5], ['Skagway', -135.31, 59.46, 6], ['Beaver Creek', -140.87, 62.38, 5.5],
];

import basemap from '../generated/basemap.json?url';

// addressed is where the basemap lies. The worker of the map asks for it, and knows
// no page that an address could be relative to.
export const addressed = new URL(basemap, document.baseURI).href;

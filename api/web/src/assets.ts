// Files that are built beside the script, by their whole addresses: the worker of
// the map asks for some, and knows no page that an address could be relative to.
import basemap from '../generated/basemap.json?url';
import texts from '../generated/licences.txt?url';

export const addressed = new URL(basemap, document.baseURI).href;

// licences are those of all that is built in.
export const licences = new URL(texts, document.baseURI).href;

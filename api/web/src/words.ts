// Everything that the page says, in English and in French.
import type { Lang } from './state';

export const words = {
  title: ['The frontier, by kilometre and week', 'La frontière, par kilomètre et par semaine'],
  skip: ['Skip to the table', 'Aller au tableau'],
  map: ['Map of the frontier', 'Carte de la frontière'],
  mapArea: ['Map and legend', 'Carte et légende'],
  strip: ['Strip: the frontier by kilometre and week', 'Ruban : la frontière par kilomètre et par semaine'],
  stripTitle: ['By kilometre and week', 'Par kilomètre et par semaine'],
  stripHelp: ['Arrow keys move along the frontier, Page Up and Page Down by 100 km, Shift with an arrow brushes, Enter opens, Escape clears.',
    'Les flèches suivent la frontière, Page préc. et suiv. par 100 km, Maj avec une flèche sélectionne, Entrée ouvre, Échap efface.'],
  time: ['Time', 'Temps'],
  legend: ['Legend', 'Légende'],
  layer: ['Show', 'Afficher'],
  find: ['Find', 'Chercher'], findPlace: ['Find a place, port or kilometre', 'Chercher un lieu, un poste ou un kilomètre'],
  level: ['Level', 'Niveau'],
  completeness: ['Reporting', 'Déclaration'],
  guard: ['Guard', 'Surveillance'],
  density: ['Counts', 'Dénombrements'],
  low: ['low', 'faible'], medium: ['medium', 'moyen'], high: ['high', 'élevé'], critical: ['critical', 'critique'],
  none: ['nothing raised', 'rien de relevé'],
  guardedPart: ['guarded part of the window', 'part surveillée de la fenêtre'],
  guarded: ['guarded at this hour', 'surveillé à cette heure'],
  unguarded: ['unguarded at this hour', 'non surveillé à cette heure'],
  unknown: ['not known', 'inconnu'],
  complete: ['all expected reports are in', 'toutes les déclarations attendues sont reçues'],
  silent: ['reports did not arrive: not known', 'déclarations non reçues : inconnu'],
  portOpen: ['port open on both sides', 'poste ouvert des deux côtés'],
  portClosed: ['port closed', 'poste fermé'],
  portMixed: ['port open on one side', 'poste ouvert d’un seul côté'],
  portUnknown: ['port, hours not known', 'poste, heures inconnues'],
  perWindow: ['{unit} per 10 km in {days} days', '{unit} par 10 km en {days} jours'],
  perWeek: ['{unit} per 10 km and week', '{unit} par 10 km et semaine'],
  noReport: ['no report: not zero', 'aucune déclaration : ce n’est pas zéro'],
  baseline: ['Baseline: each stretch’s own two years before, season and reporting allowed for.',
    'Référence : les deux années antérieures du même tronçon, compte tenu de la saison et des déclarations.'],
  windowIs: ['Window: the best of 7, 14, 28 or 56 days up to {day}.', 'Fenêtre : la meilleure de 7, 14, 28 ou 56 jours jusqu’au {day}.'],
  unitIs: ['Unit: {unit}', 'Unité : {unit}'],
  persons: ['people', 'personnes'], interceptions: ['interceptions', 'interceptions'], encounters: ['encounters', 'rencontres'],
  claims: ['claims', 'demandes'], detections: ['detections', 'détections'], signs: ['signs', 'indices'],
  unit: ['Unit', 'Unité'], allUnits: ['automatic', 'automatique'],
  least: ['Levels', 'Niveaux'], anyLevel: ['all', 'tous'], andAbove: ['{level} and above', '{level} et plus'],
  flags: ['Flags', 'Signalements'], hotspots: ['Hot spots', 'Points chauds'], segments: ['Segments', 'Segments'],
  happened: ['Happened up to', 'Arrivé jusqu’au'],
  knownAs: ['As known', 'Selon ce qu’on savait'],
  knownNow: ['today', 'aujourd’hui'], knownDay: ['on that day', 'ce jour-là'], knownOn: ['on another day', 'un autre jour'],
  knownDate: ['Known on', 'Connu le'],
  hour: ['Hour, UTC', 'Heure, UTC'], endOfDay: ['end of day', 'fin du jour'],
  play: ['Play', 'Lire'], pause: ['Pause', 'Pause'], dayBack: ['One day back', 'Un jour avant'], dayOn: ['One day on', 'Un jour après'],
  step: ['Step', 'Pas'], stepDay: ['day', 'jour'], stepWeek: ['week', 'semaine'], stepMonth: ['4 weeks', '4 semaines'],
  local: ['Local time at km {km}', 'Heure locale au km {km}'], sideCA: ['Canada', 'Canada'], sideUS: ['United States', 'États-Unis'],
  inView: ['on the map', 'sur la carte'],
  toBrush: ['Zoom to the brush', 'Agrandir la sélection'], toWhole: ['Whole frontier', 'Frontière entière'], clear: ['Clear the brush', 'Effacer la sélection'],
  brushed: ['Brushed: {stretch}', 'Sélection : {stretch}'],
  place: ['Place', 'Lieu'], km: ['km', 'km'], observed: ['Observed', 'Observé'], expected: ['Expected', 'Attendu'], ratio: ['Ratio', 'Rapport'],
  score: ['Score', 'Indice'], trend: ['Trend', 'Tendance'], first: ['First seen', 'Depuis'], open: ['open', 'ouvert'],
  new: ['new', 'nouveau'], diminishing: ['diminishing', 'en baisse'], intensifying: ['intensifying', 'en hausse'], sporadic: ['sporadic', 'sporadique'], persistent: ['persistent', 'persistant'],
  northbound: ['northbound', 'vers le nord'], southbound: ['southbound', 'vers le sud'],
  more: ['Show {n} more', 'Afficher {n} de plus'],
  shown: ['{n} of {all}', '{n} sur {all}'],
  close: ['Close', 'Fermer'], previous: ['West', 'Ouest'], following: ['East', 'Est'], show: ['Show on the map', 'Montrer sur la carte'],
  copy: ['Copy API call', 'Copier l’appel d’API'], copied: ['Copied: {text}', 'Copié : {text}'],
  bounds: ['{low} to {high}', '{low} à {high}'],
  reported: ['Reported', 'Déclaré'],
  ratioBounds: ['× {ratio} ({low} to {high})', '× {ratio} ({low} à {high})'],
  byChance: ['By chance', 'Par hasard'], byChanceIs: ['the like once in {time} on the whole frontier', 'pareil une fois en {time} sur toute la frontière'],
  unguardedShare: ['Unguarded', 'Non surveillé'], ofWindow: ['{share} of the window', '{share} de la fenêtre'], ofWhich: ['{share} of it not known', 'dont {share} inconnu'],
  direction: ['Direction', 'Sens'], sources: ['Sources', 'Sources'], caveat: ['Caveat', 'Réserve'], marking: ['Marking', 'Marquage'],
  ports: ['Ports within 50 km along the line', 'Postes à moins de 50 km le long de la ligne'], noPorts: ['No port is known here.', 'Aucun poste n’est connu ici.'],
  sentence: ['{km}: {observed} {unit} in {days} days where its own last {past}, season and reporting allowed for, expect {expected}; ',
    '{km} : {observed} {unit} en {days} jours, là où ses {past}, compte tenu de la saison et des déclarations, en laissent attendre {expected} ; '],
  pastYears: ['two years', 'deux dernières années'], pastWeeks: ['{n} weeks', '{n} dernières semaines'],
  arrived: ['{share} of its reporting arrived; ', '{share} de ses déclarations sont reçues ; '],
  chance: ['chance alone shows the like somewhere on the frontier once in {time}.', 'le hasard seul en montre autant quelque part sur la frontière une fois en {time}.'],
  timeDays: ['{n} days', '{n} jours'], timeMonths: ['{n} months', '{n} mois'], timeYears: ['{n} years', '{n} ans'],
  chart: ['{unit} by week, {stretch}', '{unit} par semaine, {stretch}'], week: ['week', 'semaine'],
  weekOf: ['week of {day}', 'semaine du {day}'],
  nothingYet: ['Nothing has been loaded yet.', 'Rien n’a encore été chargé.'],
  loading: ['Loading …', 'Chargement …'],
  loaded: ['{flags} flags and {spots} hot spots on {day}', '{flags} signalements et {spots} points chauds le {day}'],
  emptyFlags: ['No flags on this day.', 'Aucun signalement ce jour-là.'],
  emptyHotspots: ['No hot spots on this day.', 'Aucun point chaud ce jour-là.'],
  emptySegments: ['No segment lies in the brush.', 'Aucun segment dans la sélection.'],
  emptyFilter: ['{n} lie outside the brush, below the level, or are called otherwise.', '{n} hors de la sélection, sous le niveau ou d’un autre nom.'],
  notSafe: ['No flag does not mean that nothing happens: look at the reporting.', 'Aucun signalement ne veut pas dire que rien n’arrive : voyez la déclaration.'],
  emptyStore: ['No report has arrived yet.', 'Aucune déclaration n’est encore arrivée.'],
  latest: ['The latest report ends on {day}.', 'La dernière déclaration finit le {day}.'],
  goThere: ['Go there', 'Y aller'],
  offline: ['No connection to the server. What is shown is of {time}.', 'Pas de connexion au serveur. L’affichage date de {time}.'],
  refused: ['The server refused: {what}', 'Le serveur a refusé : {what}'], again: ['Try again', 'Réessayer'],
  noMap: ['This browser draws no map (WebGL is missing). The strip and the table show the same.', 'Ce navigateur ne dessine pas la carte (WebGL manque). Le ruban et le tableau montrent la même chose.'],
  asOf: ['as of {time}', 'état de {time}'], stale: ['stale', 'périmé'],
  simulated: ['Simulated data included', 'Données simulées incluses'],
  live: ['live', 'en direct'], polled: ['checked every minute', 'vérifié chaque minute'],
  key: ['Key', 'Clé'], keyField: ['API key', 'Clé d’API'], keyUse: ['Use the key', 'Utiliser la clé'], keyForget: ['Forget the key', 'Oublier la clé'],
  keyWanted: ['The server asks who you are: {why}', 'Le serveur demande qui vous êtes : {why}'],
  keyHelp: ['It is kept in this tab until the tab is closed, and sent in a header, never in an address.', 'Elle reste dans cet onglet jusqu’à sa fermeture et n’est envoyée que dans un en-tête, jamais dans une adresse.'],
  keyBroken: ['A key is made of letters, digits and - . _ ~ + / only.', 'Une clé ne contient que des lettres, des chiffres et - . _ ~ + /.'],
  keyNowhere: ['This browser keeps nothing for pages, so the key cannot be kept.', 'Ce navigateur ne garde rien pour les pages ; la clé ne peut pas être gardée.'],
  bothSides: ['both sides', 'des deux côtés'],
  closed: ['closed', 'fermé'], everyDay: ['every day', 'tous les jours'], allDay: ['all day', 'toute la journée'], mostlyGuarded: ['mostly guarded', 'surtout surveillé'], partUnknown: ['part not known', 'en partie inconnu'],
  hoursOf: ['{side}, {zone} time', '{side}, heure de {zone}'],
  unguardedBy: ['Unguarded by the hour, {zone} time', 'Non surveillé selon l’heure, à {zone}'],
  weekKeyOpen: ['Dark: open. White: closed. Hatched: not known. Framed: the hour asked for.', 'Foncé : ouvert. Blanc : fermé. Hachuré : inconnu. Encadré : l’heure demandée.'],
  weekKeyUnguarded: ['Blue: guarded. Orange, darker: more of it unguarded. Hatched: not known.', 'Bleu : surveillé. Orange, plus foncé : davantage non surveillé. Hachuré : inconnu.'],
  holidaysDiffer: ['Holidays may differ.', 'Les jours fériés peuvent différer.'],
  portOpenNow: ['At the hour asked for', 'À l’heure demandée'], given: ['As given', 'Texte'], note: ['Note', 'Note'], kind: ['Kind', 'Genre'], agency: ['Agency', 'Organisme'], active: ['Active', 'Actif'], always: ['no end known', 'sans fin connue'],
  station: ['station', 'station'], patrol: ['patrol beat', 'secteur de patrouille'], tower: ['tower', 'tour'], posts: ['Posts within 50 km along the line', 'Effectifs à moins de 50 km le long de la ligne'],
  postKey: ['station, patrol or tower', 'station, patrouille ou tour'], reportsKey: ['reports in the window, {n} at points', 'déclarations de la fenêtre, {n} en des points'], reportsTiled: ['reports in the window, {n}, gathered; as known today', 'déclarations de la fenêtre, {n}, regroupées ; selon ce qu’on sait aujourd’hui'],
  windowHandle: ['Window of detection, longest', 'Fenêtre de détection, la plus longue'], baseHandle: ['Weeks shown before the window', 'Semaines montrées avant la fenêtre'],
  nDays: ['{n} days', '{n} jours'], nWeeks: ['{n} weeks', '{n} semaines'], windowShort: ['window', 'fenêtre'], beforeShort: ['before it', 'avant elle'],
  windowMost: ['Window: the best of those up to {days} days long, ending {day}.', 'Fenêtre : la meilleure de celles d’au plus {days} jours, finissant le {day}.'],
  brushView: ['Brush the view', 'Sélectionner la vue'], openBrush: ['Look into it', 'L’examiner'],
  plain: ['Plain comparison', 'Comparaison simple'], plainIs: ['{now} a week in these {days} days, {before} a week in the {n} weeks before (season and reporting not allowed for)', '{now} par semaine pendant ces {days} jours, {before} par semaine pendant les {n} semaines d’avant (sans égard à la saison ni aux déclarations)'],
  length: ['Length', 'Longueur'], bandOf: ['band: where about 95 % of such sums lie', 'bande : où tombent environ 95 % de telles sommes'],
  receipt: ['Receipt', 'Justificatif'], hours: ['Hours', 'Heures'], closedForGood: ['closed for good', 'fermé définitivement'],
  bars: ['bars: counted', 'barres : compté'], line: ['line: expected', 'ligne : attendu'], band: ['band: where 95 % of such counts lie', 'bande : où tombent 95 % de tels nombres'],
  export: ['Export', 'Exporter'], print: ['Print', 'Imprimer'], language: ['Français', 'English'],
  caveats: ['Counts are of reports, not of all crossings. No report is not zero. Unlike units are never added. Two agencies may count the same people.',
    'Les nombres viennent de déclarations, non de tous les passages. L’absence de déclaration n’est pas zéro. Des unités différentes ne s’additionnent pas. Deux organismes peuvent compter les mêmes personnes.'],
  licences: ['Licences', 'Licences'],
  zoomIn: ['Zoom in', 'Zoom avant'], zoomOut: ['Zoom out', 'Zoom arrière'],
  credit: ['Frontier © OpenStreetMap contributors (ODbL); places: GeoNames; basemap: Natural Earth', 'Frontière © les contributeurs d’OpenStreetMap (ODbL) ; lieux : GeoNames ; fond : Natural Earth'],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof words;

let lang: Lang = 'en';

export function speak(next: Lang): void {
  lang = next;
  document.documentElement.lang = next;
}

export const spoken = () => lang;

// t says a word, with values for what stands in braces.
export function t(word: Word, values: Record<string, string | number> = {}): string {
  return words[word][lang === 'fr' ? 1 : 0].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

// pair is a name and what it stands for, and both are two things told in one line:
// French has a space before the marks between.
export const pair = (name: string, value: string) => `${name}${lang === 'fr' ? '\u00a0' : ''}: ${value}`;
export const both = (...parts: string[]) => parts.join(lang === 'fr' ? '\u00a0; ' : '; ');

// known says a word that a record carries, or the word itself.
export const said = (word: string | null | undefined): string => (!word ? '–' : word in words ? t(word as Word) : word);

export function number(n: number | null | undefined, digits = 1): string {
  if (n === null || n === undefined) return '–';
  const most = Math.abs(n) >= 10 ? 0 : digits;
  return new Intl.NumberFormat(lang === 'fr' ? 'fr-CA' : 'en-CA', { maximumFractionDigits: most }).format(n);
}

export const share = (n: number | null | undefined) =>
  n === null || n === undefined ? '–' : new Intl.NumberFormat(lang === 'fr' ? 'fr-CA' : 'en-CA', { style: 'percent', maximumFractionDigits: 0 }).format(n);

export const date = (day: string) =>
  day === '' ? '–' : new Intl.DateTimeFormat(lang === 'fr' ? 'fr-CA' : 'en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

// km is a measure along the line, to a tenth, without marks between thousands.
export const km = (n: number) => new Intl.NumberFormat(lang === 'fr' ? 'fr-CA' : 'en-CA', { maximumFractionDigits: 1, useGrouping: false }).format(n);

export const kms = (r: { part: string; from: number; to: number }) =>
  `km ${Math.floor(r.from)}–${Math.ceil(r.to)}${r.part === 'alaska' ? ' (Alaska)' : ''}`;

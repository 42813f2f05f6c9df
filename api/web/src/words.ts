// Everything that the page says, in English and in French.
import type { Lang } from './state';

const words = {
  title: ['The frontier, by kilometre and week', 'La frontière, par kilomètre et par semaine'],
  skip: ['Skip to the table', 'Aller au tableau'],
  map: ['Map of the frontier', 'Carte de la frontière'],
  mapArea: ['Map and legend', 'Carte et légende'],
  strip: ['Strip: the frontier by kilometre and week', 'Ruban : la frontière par kilomètre et par semaine'],
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
  window: ['window 8 wk', 'fenêtre 8 sem.'], baselineShort: ['baseline 2 yr', 'référence 2 ans'],
  inView: ['on the map', 'sur la carte'],
  toBrush: ['Zoom to the brush', 'Agrandir la sélection'], toWhole: ['Whole frontier', 'Frontière entière'], clear: ['Clear the brush', 'Effacer la sélection'],
  brushed: ['Brushed: {stretch}', 'Sélection : {stretch}'],
  place: ['Place', 'Lieu'], km: ['km', 'km'], observed: ['Observed', 'Observé'], expected: ['Expected', 'Attendu'], ratio: ['Ratio', 'Rapport'],
  score: ['Score', 'Indice'], trend: ['Trend', 'Tendance'], first: ['First seen', 'Depuis'], open: ['Open', 'Ouvrir'],
  new: ['new', 'nouveau'], diminishing: ['diminishing', 'en baisse'], intensifying: ['intensifying', 'en hausse'], sporadic: ['sporadic', 'sporadique'], persistent: ['persistent', 'persistant'],
  northbound: ['northbound', 'vers le nord'], southbound: ['southbound', 'vers le sud'],
  more: ['Show {n} more', 'Afficher {n} de plus'],
  shown: ['{n} of {all}', '{n} sur {all}'],
  close: ['Close', 'Fermer'], previous: ['West', 'Ouest'], following: ['East', 'Est'], show: ['Show on the map', 'Montrer sur la carte'],
  copy: ['Copy API call', 'Copier l’appel d’API'], copied: ['Copied: {text}', 'Copié : {text}'],
  bounds: ['{low} to {high}', '{low} à {high}'],
  reported: ['Reported', 'Déclaré'],
  ratioBounds: ['× {ratio} ({low} to {high})', '× {ratio} ({low} à {high})'],
  byChance: ['By chance', 'Par hasard'], byChanceIs: ['the like once in {days} days on the whole frontier', 'pareil une fois en {days} jours sur toute la frontière'],
  unguardedShare: ['Unguarded', 'Non surveillé'], ofWindow: ['{share} of the window', '{share} de la fenêtre'], ofWhich: ['{share} of it not known', 'dont {share} inconnu'],
  direction: ['Direction', 'Sens'], sources: ['Sources', 'Sources'], caveat: ['Caveat', 'Réserve'], marking: ['Marking', 'Marquage'],
  ports: ['Ports within 50 km along the line', 'Postes à moins de 50 km le long de la ligne'], noPorts: ['No port is known here.', 'Aucun poste n’est connu ici.'],
  sentence: ['{km}: {observed} {unit} in {days} days where its own last two years, season and reporting allowed for, expect {expected}.',
    '{km} : {observed} {unit} en {days} jours, là où ses deux dernières années, compte tenu de la saison et des déclarations, en laissent attendre {expected}.'],
  chart: ['{unit} by week, {stretch}', '{unit} par semaine, {stretch}'], week: ['week', 'semaine'],
  weekOf: ['week of {day}', 'semaine du {day}'],
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

export const kms = (r: { part: string; from: number; to: number }) =>
  `km ${Math.floor(r.from)}–${Math.ceil(r.to)}${r.part === 'alaska' ? ' (Alaska)' : ''}`;

import { resolve } from 'node:path';
import { benchApply } from './apply.ts';
import { benchBytes } from './bytes.ts';
import { benchDecode } from './decode.ts';
import { benchOffices } from './offices.ts';
import { benchSearch } from './search.ts';
import { benchStart } from './start.ts';
import { benchTouch } from './touch.ts';
import { benchWire } from './wire.ts';

/**
 * `npm run bench`: everything the kiosk is measured by, in one run, as ratios
 * where two things are compared. `-- --json` prints one JSON object instead.
 */
const json = process.argv.includes('--json');
const say = (line: string): void => {
  if (!json) process.stdout.write(`${line}\n`);
};
const step = async <T>(name: string, measure: () => T | Promise<T>): Promise<T> => {
  process.stderr.write(`measuring ${name} …\n`);
  return measure();
};

const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
const ms = (milliseconds: number): string => `${milliseconds.toFixed(1)} ms`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const row = (name: string, value: string, goal = '', held?: boolean): void => say(`${name.padEnd(52)} ${value.padStart(14)}  ${goal.padEnd(22)} ${held === undefined ? '' : held ? 'held' : 'MISSED'}`);

const bytes = await step('bytes', () => benchBytes(resolve(import.meta.dirname, '../../.build/kiosk')));
const start = await step('warm starts without a network', () => benchStart());
const touch = await step('touches at CPU throttle 6×', () => benchTouch());
const search = await step('search', () => benchSearch());
const wire = await step('bytes over the wire', () => benchWire());
const apply = await step('taking in a whole release at CPU throttle 6×', () => benchApply());
const offices = await step('offices that come back', () => benchOffices());
const decode = await step('decoding', () => benchDecode());

say('First load, gzip');
row('  JavaScript before first paint', kB(bytes.scriptBeforePaint), '≤ 40 kB', bytes.scriptBeforePaint <= 40_000);
row('  JavaScript, all but scanner', kB(bytes.script));
row('  styles', kB(bytes.style));
row('  all but scanner, fonts and content', kB(bytes.app), '≤ 110 kB', bytes.app <= 110_000);
row('  scanner', kB(bytes.scanner));
row('  on a terminal with an agent: heartbeat, panel', kB(bytes.supervised));
row('  decoder (wasm)', kB(bytes.decoder));
row('  fonts (woff2)', kB(bytes.fonts));
row('  content built in', kB(bytes.content));
row('  service worker', kB(bytes.serviceWorker));
say('Warm start without a network');
row('  to a usable home', ms(start.kiosk));
row('  empty Preact page with a service worker', ms(start.emptyPage));
row('  ratio', `${start.ratio.toFixed(2)}×`, '≤ 2×', start.ratio <= 2);
say('Touch to paint at CPU throttle 6×');
for (const [name, screen] of Object.entries(touch.screens)) row(`  ${name}: median, p98`, `${ms(screen.median)}, ${ms(screen.p98)}`);
row('  all, p98', ms(touch.all.p98), '≤ 100 ms', touch.all.p98 <= 100);
row('  an empty page’s button: median, p98', `${ms(touch.emptyPage.median)}, ${ms(touch.emptyPage.p98)}`);
row('  ratio of the medians', `${touch.ratio.toFixed(2)}×`);
say(`Search over ${search.services} services, next to a plain includes scan`);
row('  recall', percent(search.recall), '≥ 99.5 %', search.recall >= 0.995);
row('  precision', percent(search.precision), '≥ 80 %', search.precision >= 0.8);
row('  p99 in Chromium at CPU throttle 6×', ms(search.throttled.p99), '≤ 16 ms', search.throttled.p99 <= 16);
row('  recall of includes', percent(search.includes.recall));
row('  precision of includes', percent(search.includes.precision));
say(`Decoding ${decode.pictures} generated receipts, one frame each`);
row('  read', percent(decode.ours.rate), '≥ 92 %', decode.ours.rate >= 0.92);
row('  read by html5-qrcode’s own decoder', percent(decode.html5Qrcode.rate));
row('  misread', String(decode.ours.misread), '0', decode.ours.misread === 0);
say(`Content over the wire, ${wire.services} services, HTTP headers of both sides included`);
row('  nothing changed', `${wire.nothing} B`, '≤ 1,000 B', wire.nothing <= 1000);
row('  one price changed', kB(wire.onePrice), '≤ 8 kB', wire.onePrice <= 8000);
row('  2 % of the services changed', kB(wire.twoPercent), '≤ rsync -z', wire.twoPercent <= Math.min(wire.rsyncFile, wire.rsyncFolder));
row('  rsync -z, as one file; as a folder', `${kB(wire.rsyncFile)}; ${kB(wire.rsyncFolder)}`);
row('  everything', kB(wire.full));
row('  2 % next to everything', percent(wire.twoPercent / wire.full));
say(`Taking in a release of ${apply.services} services at CPU throttle 6×`);
row('  longest time a touch has to wait', ms(apply.longestTask), '≤ 50 ms', apply.longestTask <= 50);
row('  pieces of work longer than that', String(apply.longTasks));
say(`${offices.offices} offices back within ${offices.within / 1000} s, on one hub process with SQLite, next to nginx`);
for (const [name, load] of Object.entries({ hub: offices.hub, nginx: offices.nginx, 'hub, all at once': offices.hubAtOnce, 'nginx, all at once': offices.nginxAtOnce, 'hub, each with a report': offices.hubWithReports })) {
  row(`  ${name}: requests/s; p50, p99`, `${Math.round(load.perSecond)}; ${ms(load.p50)}, ${ms(load.p99)}`, 'no error', load.errors.length === 0);
}
if (json) process.stdout.write(`${JSON.stringify({ bytes, start, touch, search, wire, apply, offices, decode }, null, 1)}\n`);

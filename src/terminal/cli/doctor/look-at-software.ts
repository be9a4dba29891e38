import { access, stat } from 'node:fs/promises';
import { heartbeatLimit } from '../../../api/agent.ts';
import { isDeepStrictEqual } from 'node:util';
import { todayInCambodia } from '../../../model/day.ts';
import { pageOrigin, places, units, users } from '../../places.ts';
import { accountOf, readText, saidBy, type Machine } from '../machine.ts';
import { spanText, unitStates } from '../state.ts';
import { fetchMissing, findings, installAgain, installByApt, runAsRoot, type Check, type Finding } from './finding.ts';
import { khmerFault } from './khmer.ts';
import { probesOwn, type ShownPolicy } from './probe.ts';

const exists = (path: string): Promise<boolean> => access(path).then(() => true, () => false);

/** Settings that the agent can read, of an office that the content knows, and a PIN that nobody else can read. */
export const checkSettings: Check = async ({ machine, settings, baseline }) => {
  const { ok, warning, fault } = findings('settings');
  if (!settings.ok) return [fault(settings.error, 'Run: owso-kiosk provision')];
  if (settings.value === undefined) return [fault('This machine was not set up yet.', 'Run: owso-kiosk provision')];
  const { kiosk, office } = settings.value;
  const found: Finding[] = [];
  if (baseline.ok && !baseline.value.offices.some(({ identifier }) => identifier === office)) found.push(fault(`The content of the package has no office ${office}.`, 'Is the code right? Run: owso-kiosk provision'));
  const file = await stat(machine.at(places.settings));
  if ((file.mode & 0o022) !== 0) found.push(fault(`${places.settings} can be changed by others than root.`, `Run: chmod 644 ${places.settings}`));
  if (found.length === 0) found.push(ok(`${kiosk}, office ${office}.`));
  const pin = await stat(machine.at(places.pin)).catch(() => undefined);
  if (pin === undefined) found.push(warning('No PIN was set: the operator’s panel opens for nobody.', 'Run: owso-kiosk pin'));
  else if ((pin.mode & 0o027) !== 0) found.push(fault(`The PIN’s hash, ${places.pin}, can be read by everybody.`, 'Set another PIN: owso-kiosk pin'));
  return found;
};

/** All units run now and will run after a restart. */
export const checkServices: Check = async ({ machine, released }) => {
  const { ok, warning, fault, unknown } = findings('services');
  const others = ['owso-kiosk-fallback.service', 'owso-kiosk-dark.service'];
  const states = await unitStates(machine, [...Object.values(units), ...others]);
  if (states === undefined) return [unknown('systemd does not answer.', 'Is this a terminal that runs? An image that is being built has no services.')];
  const active = (name: string): boolean => states.some((one) => one.name === name && one.active === 'active');
  const found: Finding[] = [];
  for (const { name, loaded, active: state, file } of states.slice(0, -others.length)) {
    if (!loaded) found.push(fault(`${name} is not there.`, installAgain));
    else if (file !== 'enabled') found.push(fault(`${name} does not start with the machine (${file}).`, `Run: systemctl enable ${name}`));
    if (!loaded || state === 'active') continue;
    if (name === units.display && released) found.push(warning('The lock is released: a console is on the screen, so that what the kiosk shows there could not be looked at.', 'When you are done: owso-kiosk lock. Then ‘Examine this terminal’ in the operator’s panel looks at that, too.'));
    else if (name === units.display && active('owso-kiosk-dark.service')) found.push(ok('The screen sleeps, as its hours say.'));
    else if (name === units.display && active('owso-kiosk-fallback.service')) found.push(fault('The screen says "out of service": the kiosk failed five times in six minutes.', 'Look for the reason: owso-kiosk logs --warnings'));
    else found.push(fault(`${name} is ${state}.`, `Look for the reason: owso-kiosk logs; then: systemctl restart ${name}`));
  }
  return found.length === 0 ? [ok('All run, and start with the machine.')] : found;
};

/** The page that is shown is ours, draws and has content. */
export const checkPage: Check = async ({ machine, released, state, beat, now }) => {
  const { ok, warning, fault } = findings('page');
  // Told of with the services.
  if (released) return [];
  if (await exists(machine.at('/run/owso-kiosk/screen-off'))) return [ok('The screen is off, as its hours say.')];
  if (beat === undefined || state?.page === undefined) return [fault(`No page of ${pageOrigin} has said that it is well since the machine started.`, 'Is the display running? owso-kiosk logs says more.')];
  if (now - beat > heartbeatLimit) return [fault(`The page was last well ${spanText(now - beat)} ago.`, 'Wait half a minute: the watchdog starts the display anew. If it stays so: owso-kiosk logs --warnings')];
  const { health } = state.page;
  if (!health.drawn) return [fault('The page lives but draws nothing.', 'Is the screen plugged in? owso-kiosk logs --warnings says more.')];
  const found = [ok(`The page of ${pageOrigin} is on the screen.`)];
  if (health.faults.length > 0) found.push(warning(`The page tells of faults: ${health.faults.join(', ')}.`, 'About this office, at its end, says what to do about each.'));
  return found;
};

/** What to do where no Chromium could be started to look. */
const howToProbe = (machine: Machine): string => (machine.uid === 0 ? 'Are the packages chromium and owso-kiosk-terminal installed, and is there room in /tmp?' : runAsRoot);

/** Why a policy does not do what it says; nothing if it does. */
function policyFault(name: string, value: unknown, shown: ShownPolicy | undefined): string | undefined {
  if (shown === undefined) return 'was not loaded';
  for (const complaint of [shown.error, shown.warning]) if (complaint !== undefined && complaint !== '') return complaint.replaceAll('\n', ' ');
  for (const mark of ['deprecated', 'ignored', 'future', 'conflicts'] as const) if (shown[mark] !== undefined && shown[mark] !== false) return `is ${mark === 'future' ? 'not in this Chromium yet' : mark === 'conflicts' ? 'set twice' : mark}`;
  // Chromium shows lists and dictionaries as they are, and some of them as text.
  const same = isDeepStrictEqual(shown.value, value) || shown.value === JSON.stringify(value);
  return same || probesOwn.includes(name) ? undefined : `has the value ${JSON.stringify(shown.value)} instead of ${JSON.stringify(value)}`;
}

/** Chromium takes every policy without complaint. */
export const checkPolicies: Check = async ({ machine, probed }) => {
  const { ok, fault, unknown } = findings('policies');
  if (!probed.ok) return [unknown(`Policies cannot be looked at: ${probed.error}.`, howToProbe(machine))];
  const { shipped, shown } = probed.value;
  const names = Object.keys(shipped);
  if (names.length === 0) return [fault(`There are no policies in ${places.policies}: Chromium is open to everything.`, installAgain)];
  if (!shown.ok) return [unknown(`Chromium did not show its policies: ${shown.error}.`, 'Is it another version of Chromium? Tell the developers.')];
  const faults = names.flatMap((name) => {
    const why = policyFault(name, shipped[name], shown.value[name]);
    return why === undefined ? [] : [fault(`Policy ${name}: ${why}`, 'Chromium was upgraded past this package, or somebody changed its policies: install the newest package, or this one again: owso-kiosk update ./owso-kiosk-terminal_….deb --again')];
  });
  return faults.length === 0 ? [ok(`Chromium takes all ${names.length} policies without complaint.`)] : faults;
};

/** Khmer is shaped, in the app's own fonts and the system's. */
export const checkFonts: Check = async ({ machine, probed }) => {
  const { ok, warning, fault, unknown } = findings('fonts');
  const listed = (await saidBy(machine, 'fc-list', [':lang=km', 'family']))?.trim().split('\n').filter((line) => line !== '') ?? [];
  const system = listed.length > 0 ? [] : [warning('The system has no Khmer font: the "out of service" picture still has its own.', fetchMissing)];
  if (!probed.ok) return [...system, unknown(`How Khmer looks cannot be seen: ${probed.error}.`, howToProbe(machine))];
  if (!probed.value.khmer.ok) return [...system, unknown(`Chromium measured no Khmer: ${probed.value.khmer.error}.`, 'Try again; if it stays so, tell the developers.')];
  const measured = Object.entries(probed.value.khmer.value).filter(([name]) => name !== 'sans-serif');
  if (measured.length === 0) return [...system, fault('The app has no Khmer font.', installAgain)];
  const faults = measured.flatMap(([name, measures]) => {
    const why = khmerFault(measures);
    return why === undefined ? [] : [fault(`Khmer is misshapen in ${name}: ${why}.`, `${installAgain}. If it stays so, fetch a newer Chromium: owso-kiosk update --debian`)];
  });
  return [...system, ...(faults.length === 0 ? [ok(`Khmer is shaped rightly in ${measured.map(([name]) => name).join(' and ')}.`)] : faults)];
};

/** Days after which content that nobody confirmed is told of. */
const oldAfter = 30;

/** The package's content is signed, and what is shown is not older. */
export const checkContent: Check = async ({ released, baseline, state, now }) => {
  const { ok, warning, fault } = findings('content');
  if (!baseline.ok) return [fault(`The package’s content is not what was signed: ${baseline.error.path} (${baseline.error.code}).`, installAgain)];
  const { release, objects } = baseline.value;
  const found = [ok(`The package’s edition ${release.edition} is signed: ${objects} objects, every byte.`)];
  if (release.demonstration) found.push(warning('The package carries sample content, signed with demonstration keys: it is not for the public.', 'Install the package that the ministry hands out.'));
  // What a page said that is on the screen no more says nothing of now.
  const page = released ? undefined : state?.page?.health;
  if (page === undefined) return found;
  if (!page.content || page.edition === undefined) return [...found, fault('The screen shows no content.', 'Restart the display: systemctl restart owso-kiosk. If it stays so, bring content on a stick.')];
  if (page.edition < release.edition) found.push(fault(`The screen shows edition ${page.edition}, older than the package’s ${release.edition}.`, 'Restart the display: systemctl restart owso-kiosk'));
  const confirmed = page.confirmed === undefined ? undefined : Date.parse(page.confirmed);
  const text = `The screen shows edition ${page.edition}${confirmed === undefined ? '' : `, confirmed on ${todayInCambodia(confirmed)}`}.`;
  if (confirmed !== undefined && now - confirmed > oldAfter * 86_400_000) found.push(warning(`${text} That is ${spanText(now - confirmed)} ago.`, 'Mend the way to the hub, or bring a newer edition on a stick.'));
  else found.push(ok(text));
  return found;
};

/** The program's files are those of the package. */
export const checkFiles: Check = async ({ machine }) => {
  const { ok, warning, fault, unknown } = findings('files');
  const ran = await machine.run('dpkg', ['--verify', 'owso-kiosk-terminal'], { limit: 120_000 });
  if (ran.kind !== 'ended' || ran.err.includes('not installed')) return [unknown('Whether the package’s files are whole cannot be told.', 'Is the package installed? apt install ./owso-kiosk-terminal_….deb')];
  // A line is `??5?????? c /etc/…`: what differs, whether it is a file to be configured, which.
  const changed = ran.out.split('\n').flatMap((line) => /^(?:\S{9}|missing)\s+(c\s+)?(\/.*?)(?:\s+\(.*\))?$/.exec(line)?.slice(1, 3).join('') ?? []);
  if (changed.length === 0) return [ok('Every file of the package is as it was installed.')];
  const text = `${changed.length === 1 ? 'A file of the package was' : `${changed.length} files of the package were`} changed: ${changed.slice(0, 5).map((name) => name.replace(/^c\s+/, '')).join(', ')}${changed.length > 5 ? ' …' : ''}`;
  return [changed.every((name) => name.startsWith('c ')) ? warning(text, `If nobody of yours did that: ${installAgain}`) : fault(text, installAgain)];
};

/** The services' accounts cannot be logged in to, and no account is without a password. */
export const checkAccounts: Check = async ({ machine }) => {
  const { ok, fault, unknown } = findings('accounts');
  const found: Finding[] = [];
  for (const name of Object.values(users)) {
    const account = await accountOf(machine, name);
    if (account === undefined) found.push(fault(`There is no account ${name}.`, installByApt));
    else if (!/\/(?:nologin|false)$/.test(account.shell)) found.push(fault(`${name} has a shell: ${account.shell}.`, `Run: usermod --shell /usr/sbin/nologin ${name}`));
  }
  const shadow = await readText(machine, '/etc/shadow');
  if (shadow === undefined) return [...found, unknown('Passwords cannot be looked at.', runAsRoot)];
  for (const line of shadow.split('\n')) {
    const [name, hash] = line.split(':');
    if (name === undefined || hash === undefined) continue;
    if (hash === '') found.push(fault(`The account ${name} has no password: anybody can log in to it.`, `Lock it: passwd --lock ${name}`));
    else if (Object.values<string>(users).includes(name) && !/^[!*]/.test(hash)) found.push(fault(`The service’s account ${name} has a password.`, `Lock it: passwd --lock ${name}`));
  }
  return found.length === 0 ? [ok('Service accounts have neither shell nor password; no account has an empty one.')] : found;
};

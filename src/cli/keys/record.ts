import { readableKeyId } from '../../repository/key-file.ts';

/** A role as the record of a ceremony lists it. */
export interface RecordedRole {
  readonly role: string;
  readonly threshold: number;
  /** ms; absent for what the hub signs anew by itself */
  readonly expires: number | undefined;
  readonly keys: readonly { readonly holder: string; readonly keyid: string; readonly folder: string }[];
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const duties: Readonly<Record<string, string>> = {
  root: 'says who may sign what',
  targets: 'gives authorities and offices the right to speak for their own texts',
  snapshot: 'says which signed files belong together',
  timestamp: 'says daily that this is the newest',
};

function rows({ role, threshold, expires, keys }: RecordedRole): string {
  return keys
    .map(
      ({ holder, keyid, folder }, index) => `<tr>${index === 0 ? `<th rowspan="${keys.length}">${role}<br><small>${duties[role] ?? ''}; ${threshold} of ${keys.length} must sign; ${expires === undefined ? 'renewed by the hub itself' : `good until ${dayOf(expires)}`}</small></th>` : ''}<td>${escaped(holder)}</td><td><code>${readableKeyId(keyid)}</code></td><td>${folder}</td><td></td></tr>`,
    )
    .join('\n');
}

/**
 * The page that everybody present signs: who holds which key, and what to do when
 * one is lost or stolen. One A4 sheet; no secret is in it.
 * @param now moment of the ceremony, ms
 */
export function ceremonyRecord(roles: readonly RecordedRole[], now: number): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Record of the key ceremony of ${dayOf(now)}</title>
<style>
@page { size: A4; margin: 11mm }
body { font: 9pt/1.3 sans-serif; max-width: 188mm; margin: 0 auto; color: #000 }
h1 { font-size: 15pt; margin: 0 0 2mm } h2 { font-size: 11pt; margin: 3mm 0 1mm } p, ol, ul { margin: 1mm 0 } ol, ul { padding-left: 6mm }
table { border-collapse: collapse; width: 100%; margin-top: 2mm; table-layout: fixed; overflow-wrap: anywhere } th, td { border: 0.3mm solid #000; padding: 1mm 1.5mm; text-align: left; vertical-align: top }
th small { font-weight: normal } code { font: 8.5pt monospace } .what { width: 45mm } .key { width: 37mm } .folder { width: 19mm } .sign { width: 30mm }
</style>
<h1>Record of the key ceremony</h1>
<p>Held on ${dayOf(now)} at ______________________________, led by ______________________________.</p>
<table>
<tr><th class="what">Role</th><th>Holder</th><th class="key">Key (first half of its name)</th><th class="folder">Folder</th><th class="sign">Signature</th></tr>
${roles.map(rows).join('\n')}
</table>
<h2>Now</h2>
<ol>
<li>Each holder takes the one folder named beside them on a stick, and a copy of it in a sealed envelope to another building. The passphrase goes on neither.</li>
<li>Copy <code>hub</code> to the hub (readable by its account alone), <code>repository</code> to its content folder, <code>root.json</code> to whoever builds the kiosk app and packages.</li>
<li>Delete the folder of the ceremony from the machine that it was held on. Compare the keys above with the screen before you sign this page.</li>
</ol>
<h2>When a key is lost, or a passphrase forgotten</h2>
<p>Nothing is in danger as long as two of three are left. Use the copy. If there is none, make a new key (<code>keys make</code>), and let the two others put it in the lost one’s place: <code>keys rotate --role ROLE --old KEY --new FILE --repository DIR --key FILE --key FILE</code>, first with <code>--dry-run</code>. <code>--repository</code> is the hub’s content folder, fresh on a stick, which goes back afterwards; <code>--key</code> are the key files of the two who sign.</p>
<h2>When a key is stolen, or may have been seen by somebody else</h2>
<ol>
<li>Say so at once, by day or night. One stolen root or targets key alone can sign nothing, two can: the clock runs.</li>
<li>Two holders meet on a machine without a network, of root keys if it is a key of this page, of targets keys if it is an authority’s or an office’s: <code>keys revoke --key-id KEY --new FILE --repository DIR --dry-run</code> shows what changes and who must sign again; with <code>--key FILE --key FILE</code> instead of <code>--dry-run</code> it is done. Then the folder goes back to the hub, which publishes.</li>
<li>With the hub’s keys no text and no price can be changed, but whoever has both can keep kiosks that they reach from news for as long as they like, until a root names others: replace both at once (<code>--key-id</code> and <code>--new</code> twice), signed by two root keys.</li>
<li>If two root keys are stolen, kiosks must be given a new app with a new root by hand. Hold a new ceremony.</li>
</ol>
<h2>By the calendar</h2>
<p>The holders meet well before the dates above (<code>keys renew</code>), and whenever one of them leaves the post (<code>keys rotate</code>): a key never goes to a successor, who gets one of their own.</p>
</html>
`;
}

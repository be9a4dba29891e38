import { toString as qrCode } from 'qrcode';
import { applicationStateTitles } from '../../model/application-words.ts';
import { formatDate } from '../../model/format.ts';
import { printRegistrationCode, receiptPayload } from '../../model/registration-code.ts';
import type { LocalizedText } from '../../model/text.ts';
import type { Sample } from '../demo.ts';
import { html, Html } from './html.ts';

/** Names of services and offices, from the content that the hub serves; the identifier where there is none. */
export interface Titles {
  service(identifier: string): LocalizedText;
  office(code: string): LocalizedText;
}

async function receipt(sample: Sample, titles: Titles): Promise<Html> {
  const { application, code } = sample;
  const service = titles.service(application.service);
  const office = titles.office(application.office);
  const state = applicationStateTitles[application.state];
  const latin = printRegistrationCode(code, 'en');
  // Black on white with the four modules of quiet zone that scanners ask for.
  const qr = new Html(await qrCode(receiptPayload(code), { type: 'svg', margin: 4, errorCorrectionLevel: 'M' }));
  const day = application.updatedAt.slice(0, 10);
  return html`<article class="receipt" data-state="${application.state}" data-code="${latin}">
  <header>
    <p class="stamp"><span lang="km">គំរូ</span> <span lang="en">Sample</span></p>
    <p class="office" lang="km">${office.km}</p>
    <p class="office" lang="en">${office.en}</p>
  </header>
  <h2><span lang="km">${service.km}</span> <span lang="en">${service.en}</span></h2>
  <div class="body">
    <div class="qr" role="img" aria-label="QR ${latin}">${qr}</div>
    <dl>
      <dt><span lang="km">លេខកូដចុះបញ្ជី</span> <span lang="en">Registration code</span></dt>
      <dd class="code"><span lang="km">${printRegistrationCode(code, 'km')}</span> <span lang="en">${latin}</span></dd>
      <dt><span lang="km">ស្ថានភាព</span> <span lang="en">State</span></dt>
      <dd class="state"><span lang="km">${state.km}</span> <span lang="en">${state.en}</span></dd>
      <dt><span lang="km">កាលបរិច្ឆេទ</span> <span lang="en">Date</span></dt>
      <dd><span lang="km">${formatDate(day, 'km', 'short')}</span> <span lang="en">${formatDate(day, 'en', 'short')}</span></dd>
    </dl>
  </div>
  <footer><span lang="km">គំរូសម្រាប់បង្ហាញតែប៉ុណ្ណោះ មិនមែនជាបង្កាន់ដៃពិតទេ។</span> <span lang="en">For demonstration only. Not a real receipt.</span></footer>
</article>`;
}

/** The page of sample receipts, to be shown on a second screen or printed, six on a sheet of A4. */
export async function samplesPage(samples: readonly Sample[], titles: Titles): Promise<string> {
  const receipts = await Promise.all(samples.map(async (sample) => receipt(sample, titles)));
  return html`<!doctype html>
<html lang="km">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>បង្កាន់ដៃគំរូ · Sample receipts</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/samples/samples.css">
</head>
<body>
<header class="page">
  <h1><span lang="km">បង្កាន់ដៃទទួលពាក្យ (គំរូ)</span> <span lang="en">Sample application receipts</span></h1>
  <p lang="km">បង្កាន់ដៃទាំងនេះជាគំរូ សម្រាប់សាកល្បងអេក្រង់។ សូមស្កេន QR ឬវាយលេខកូដ នៅលើអេក្រង់។</p>
  <p lang="en">These receipts are samples for trying the kiosk. Scan a QR, or type a code in either script. <a href="/">Open the kiosk</a></p>
</header>
<main>
${receipts}
</main>
</body>
</html>
`.text;
}

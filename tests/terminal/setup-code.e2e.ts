import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setupText } from '../../src/api/setup.ts';
import { drawQr } from '../../src/ui/qr.ts';
import { receiptFilm, roomFilm, setupFilm } from '../fixtures/video.ts';
import { until, type Ended } from './support/command.ts';
import { Container } from './support/container.ts';
import { because, containerLacks, triedSuites, whole } from './support/requirements.ts';
import { terminalRoot } from './support/root.ts';
import { attractScreen } from './support/terminal.ts';

const lacking = await containerLacks();

const receipt = 'OWSO1:990101KXTMNPRL61';
const code = '2345ABCDEFGH';
const codeFor = (kiosk: string): string => setupText({ hub: 'https://hub.example.org', code, office: '990101', kiosk });

/** What a screen shows around a code: a page on a telephone, cut to the code or not. */
async function page(text: string, cut = false): Promise<Buffer> {
  const { size, path } = drawQr(text);
  const [side, width, height] = cut ? [4 * size, 4 * size, 4 * size] : [700, 1_080, 2_280];
  const lines = cut ? '' : Array.from({ length: 12 }, (_, line) => `<rect x="80" y="${1_300 + 60 * line}" width="${500 + 37 * line}" height="26" fill="#334"/>`).join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#f4f6fa"/>${lines}<svg x="${(width - side) / 2}" y="${cut ? 0 : 420}" width="${side}" height="${side}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}"/></svg></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** What a telephone's camera makes of another's screen. */
async function photo(text: string): Promise<Buffer> {
  return sharp(await sharp(await page(text)).rotate(11, { background: '#444' }).resize(2_400).blur(1.2).toBuffer()).jpeg({ quality: 70 }).toBuffer();
}

describe.skipIf(lacking !== undefined).each(triedSuites)(`the staff page's code without a barcode scanner, on Debian %s${because(lacking)}`, (suite) => {
  let machine: Container;
  /** Has the machine's Chromium see a film; the package knows nothing of it. */
  const camera = async (film: string | undefined): Promise<void> => {
    if (film !== undefined) await machine.write('/var/tmp/film.y4m', readFileSync(film));
    await machine.write('/var/tmp/camera', film === undefined ? '' : '--use-fake-device-for-media-stream --use-file-for-fake-video-capture=/var/tmp/film.y4m');
  };
  const provision = (from: string): Promise<Ended> => machine.exec(`owso-kiosk provision --unseen-hub --from ${from}`, { timeout: 150_000 });
  const settings = async (): Promise<string> => (await machine.exec('grep -v "^#" /etc/owso-kiosk/terminal.yaml')).stdout;
  /** What is left of a Chromium of the command. */
  const leftBehind = async (): Promise<string> => (await machine.exec('pgrep --full --list-full -- "user-data-dir=/tmp/owso-chromi[u]m"; find /tmp -path "/tmp/owso-chromium-*"')).stdout;

  beforeAll(async () => {
    machine = await Container.create(await terminalRoot(suite));
    await machine.start();
    await machine.sh('mv /usr/lib/chromium/chromium /usr/lib/chromium/chromium.real');
    await machine.write('/usr/lib/chromium/chromium', '#!/bin/sh\nexec /usr/lib/chromium/chromium.real $(cat /var/tmp/camera) "$@"\n', 0o755);
    await camera(undefined);
  }, 900_000);
  afterAll(() => machine?.remove());

  it('says that there is no camera, and changes nothing', async () => {
    const done = await provision('camera');
    expect([done.code, done.stderr]).toEqual([1, expect.stringMatching(/no camera[\s\S]*Nothing was changed[\s\S]*\[absent\]/)]);
    expect(await settings()).toBe('');
  });

  it('looks as the display’s user with its group alone and no port, ends at once when it is interrupted, and leaves nothing behind', async () => {
    await camera(roomFilm());
    const running = machine.exec('owso-kiosk provision --from camera 2>/var/tmp/said', { timeout: 60_000 });
    const said = (): Promise<string> => machine.sh('cat /var/tmp/said');
    await until('the camera is on', 20_000, async () => ((await said()).includes('The camera is on: ') ? true : undefined));
    // The process that holds the camera.
    const held = await machine.sh('grep -hE "^(Uid|Groups|NoNewPrivs|CapEff)" "/proc/$(pgrep --full "utility-sub-type=video_captur[e]")/status"');
    const id = async (file: string, name: string): Promise<string> => (await machine.sh(`getent ${file} ${name}`)).split(':')[2] ?? '';
    const [user, video] = [await id('passwd', 'owso-kiosk'), await id('group', 'video')];
    expect(held.trim().split('\n').map((line) => line.trim().split(/\s+/).join(' '))).toEqual([`Uid: ${[user, user, user, user].join(' ')}`, `Groups: ${video}`, 'CapEff: 0000000000000000', 'NoNewPrivs: 1']);
    expect(await machine.sh('ss --listening --tcp --udp --no-header --numeric')).toBe('');
    await machine.sh('pkill --signal INT --full "owso-kiosk.js provisio[n]"');
    expect((await running).code).toBe(1);
    expect(await said()).toMatch(/Stopped\.\n$/);
    expect(await leftBehind()).toBe('');
    expect(await settings()).toBe('');
  });

  it('sees a receipt held before the camera, and a picture of one, for what it is not, and says nothing of what it reads', async () => {
    await camera(receiptFilm(receipt));
    const shown = await machine.exec('timeout --signal=INT 8 owso-kiosk provision --from camera', { timeout: 60_000 });
    expect(shown.stderr).toContain('not the one that the staff page shows');
    // `timeout` interrupts twice: the command and its group.
    expect(await leftBehind()).toBe('');
    await machine.write('/root/receipt.png', await page(receipt));
    const given = await provision('/root/receipt.png');
    expect([given.code, given.stderr]).toEqual([1, expect.stringContaining('[otherCode]')]);
    for (const said of [shown.stderr, shown.stdout, given.stderr, given.stdout, await machine.sh('journalctl --no-pager')]) expect(said).not.toMatch(/KXTM|OWSO1/);
    expect(await settings()).toBe('');
  });

  it('refuses what is no picture with a code in it', async () => {
    const refused = async (name: string, bytes: Buffer): Promise<string> => {
      await machine.write(`/root/${name}`, bytes);
      const done = await provision(`/root/${name}`);
      expect(done.code, name).toBe(1);
      return /\[(\w+)\]\s*$/.exec(done.stderr)?.[1] ?? done.stderr;
    };
    const good = await page(codeFor('lobby-1'));
    expect(await refused('broken.png', Buffer.concat([good.subarray(0, 20), Buffer.alloc(2_000, 7)]))).toBe('unreadable');
    expect(await refused('room.jpg', await sharp({ create: { width: 3_000, height: 2_000, channels: 3, background: '#887' } }).jpeg().toBuffer())).toBe('noCode');
    expect(await refused('bomb.png', await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: '#fff' } }).png().toBuffer())).toBe('tooManyPixels');
    expect(await refused('code.png', await sharp(good).webp().toBuffer())).toBe('otherPicture');
    expect(await settings()).toBe('');
  });

  it.runIf(whole)('gives up after a minute before a camera that sees no code', async () => {
    await camera(roomFilm());
    const done = await provision('camera');
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/Still no code[\s\S]*within 60 s[\s\S]*Nothing was changed/);
    expect(await settings()).toBe('');
  });

  it('reads it from a telephone before the camera, says on the way what it sees, and the terminal is set up', async () => {
    await camera(setupFilm(receipt, codeFor('lobby-3')));
    const done = await provision('camera');
    expect(done.stderr).toMatch(/The camera is on: [\s\S]*The picture is dark[\s\S]*not the one that the staff page shows[\s\S]*The code was read/);
    expect(done.stderr).not.toContain(code);
    expect(done.stdout).toContain('This terminal is set up');
    expect(await settings()).toMatch(/office: ['"]990101['"]\n[\s\S]*kiosk: lobby-3\n[\s\S]*hub: https:\/\/hub\.example\.org/);
    expect(await leftBehind()).toBe('');
    await attractScreen(machine, 30_000);
  });

  it.each([
    ['of the whole screen', 'lobby-4', page],
    ['cut to the code', 'lobby-5', (text: string) => page(text, true)],
    ['taken by another telephone', 'lobby-6', photo],
  ])('reads it from a picture %s, on a terminal that runs and is locked', async (_name, kiosk, picture) => {
    // A name that says nothing: what a file is stands in its first bytes.
    await machine.write('/root/received', await picture(codeFor(kiosk)));
    const done = await provision('/root/received');
    expect(done.stdout, done.stderr).toContain('This terminal is set up');
    expect(await settings()).toContain(`kiosk: ${kiosk}\n`);
  });
});

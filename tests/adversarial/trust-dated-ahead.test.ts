import { beforeEach, describe, expect, test } from 'vitest';
import { memoryFolder, type RepositoryFolder } from '../../src/repository/folder.ts';
import { utf8 } from '../../src/trust/bytes.ts';
import { composeTimestamp, signMetadata } from '../../src/trust/compose.ts';
import { compiledWithTwoPrices, Lobby, prices } from '../fixtures/lobby.ts';
import { copyOf, day, hour, ministry, start, type Ministry } from '../repository/ministry.ts';

const year = 365 * day;
const on = (date: string): object => ({ kind: 'confirmed', on: date });

let house: Ministry;
let hub: RepositoryFolder;
beforeEach(async () => {
  house = await ministry(memoryFolder());
  await house.release(compiledWithTwoPrices());
  hub = await copyOf(house.folder);
});

/** What the hub's own keys can sign over the edition that is published. */
async function sign(version: number, issued: number, expires = issued + 30 * day): Promise<void> {
  await hub.write('metadata/timestamp.json', await signMetadata(composeTimestamp({ version, expires, snapshot: 1, issued }), house.online.timestamp));
}

describe('a hub that signs a moment a year ahead with its own keys', () => {
  test('changes no price and is not called a confirmation, before and after a restart', async () => {
    const lobby = await Lobby.open(hub, start);
    expect(lobby.look()).toEqual({ prices: [prices.now], worth: on('2026-11-23') });
    await sign(2, start + year);
    await lobby.ask();
    expect(lobby.look()).toEqual({ prices: [prices.now], worth: on('2026-11-23') });
    expect(lobby.reports).toContain('clockWrong');
    await lobby.restart();
    expect(lobby.look()).toEqual({ prices: [prices.now], worth: on('2026-11-23') });
    lobby.connect(undefined);
    await lobby.restart();
    expect(lobby.look()).toEqual({ prices: [prices.now], worth: on('2026-11-23') });
  });

  test('does not keep content confirmed: past the limit the screen says since when nobody has', async () => {
    const lobby = await Lobby.open(hub, start);
    await sign(2, start + year);
    lobby.world.time = start + 31 * day;
    for (const again of [() => lobby.ask(), () => lobby.restart()]) {
      await again();
      expect(lobby.look()).toEqual({ prices: [prices.now], worth: { kind: 'stale', since: '2026-11-23' } });
    }
  });

  test('dates no new edition either: nobody knows since when it is confirmed', async () => {
    const lobby = await Lobby.open(hub, start);
    await house.sign('moi', new Map([...compiledWithTwoPrices()].map(([path, bytes]) => [path, path.includes('birth') ? utf8(new TextDecoder().decode(bytes).replace('"riel":400', '"riel":300')) : bytes])));
    await house.publish();
    for (const name of await house.folder.list('')) await hub.write(name, (await house.folder.read(name)) ?? new Uint8Array());
    await hub.write('metadata/timestamp.json', await signMetadata(composeTimestamp({ version: 9, expires: start + 2 * year, snapshot: 2, issued: start + year }), house.online.timestamp));
    await lobby.ask();
    for (const again of [async () => undefined, () => lobby.restart()]) {
      await again();
      expect(lobby.look()).toEqual({ prices: [300], worth: { kind: 'stale', since: undefined } });
    }
  });

  test('is believed again with the next honest word', async () => {
    const lobby = await Lobby.open(hub, start);
    await sign(2, start + year);
    await lobby.ask();
    lobby.world.time = start + 2 * day;
    await sign(3, start + 2 * day - hour);
    await lobby.ask();
    expect(lobby.look()).toEqual({ prices: [prices.now], worth: on('2026-11-25') });
    lobby.connect(undefined);
    await lobby.restart();
    expect(lobby.look().worth).toEqual(on('2026-11-25'));
  });
});

test('a hub whose clock is some hours ahead is believed, as is one that is behind', async () => {
  const lobby = await Lobby.open(hub, start);
  await sign(2, start + 23 * hour);
  await lobby.ask();
  expect(lobby.look().worth).toEqual(on('2026-11-24'));
});

describe('a terminal whose clock stands in 1970', () => {
  test('takes the day of its app for the earliest that it can be, and no word of the hub for a later one', async () => {
    const lobby = await Lobby.open(hub, start);
    lobby.world.appSigned = start;
    lobby.world.time = 600_000;
    await sign(2, start + hour);
    await lobby.restart();
    expect(lobby.look().worth).toEqual(on('2026-11-23'));
    expect(lobby.reports).toContain('clockWrong');
    await sign(3, start + year);
    await lobby.restart();
    expect(lobby.look().worth).toEqual(on('2026-11-23'));
  });
});

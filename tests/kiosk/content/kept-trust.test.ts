import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, test } from 'vitest';
import { utf8Text } from '../../../src/trust/bytes.ts';
import { catalogueObjects } from '../../fixtures/content-release.ts';
import { TestRepository, type Content } from '../../fixtures/repository.ts';
import { createWorld, servingFiles, shownVersion, type HubAnswer, type World } from './world.ts';

const day = 24 * 3_600_000;
const hubKeys = ['snapshot', 'timestamp'];

const carried = (of: TestRepository): HubAnswer => servingFiles((name) => utf8Text(of.files.get(name) ?? new Uint8Array()) || undefined);

describe('after the hub’s keys were stolen and a new root took them away', () => {
  let world: World;
  let repository: TestRepository;
  /** Has the old keys, and no root but the first. */
  let thief: TestRepository;
  let confirmed: number;

  beforeEach(async () => {
    world = createWorld(undefined);
    confirmed = world.time - day;
    repository = await TestRepository.build({ objects: catalogueObjects(['birth', 'marriage']) as Record<string, Content>, now: confirmed });
    world.anchor = utf8Text(repository.anchor);
    world.hub = carried(repository);
    const { content } = await world.start();

    thief = repository.fork();
    for (const role of hubKeys) await repository.replaceKeys(role);
    repository.now = world.time;
    await repository.publish();
    // The new root comes; the line is cut before anything that is signed under it.
    const hub = carried(repository);
    world.hub = (path, init) => (path.endsWith('/3.root.json') ? undefined : hub(path, init));
    await content.checkForUpdate();

    world.time += day;
    thief.now = world.time;
    await thief.publish({ by: thief.signersOf(...hubKeys), renew: ['snapshot'] });
  });

  test('a kiosk that was started anew in between believes the stolen keys no more', async () => {
    world.hub = carried(thief);
    for (let starts = 0; starts < 2; starts++) {
      const { content, reports } = await world.start();
      expect(reports.recentReports.value).toContainEqual(expect.objectContaining({ code: 'contentThreshold', detail: expect.stringContaining('thresholdNotMet timestamp.json') }));
      expect([shownVersion(content), content.pending.value, content.lastConfirmed.value]).toEqual([1, false, confirmed]);
    }
  });

  test('it takes what is signed with the new ones, and shows it after the next start', async () => {
    world.hub = carried(repository);
    const { content } = await world.start();
    expect(await content.applyPending()).toBe(true);
    expect(content.lastConfirmed.value).toBe(repository.now);
    world.hub = () => undefined;
    expect(shownVersion((await world.start()).content)).toBe(repository.edition);
    world.hub = carried(thief);
    expect((await world.start()).content.lastConfirmed.value).toBe(repository.now);
  });
});

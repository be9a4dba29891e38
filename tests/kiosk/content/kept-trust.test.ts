import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, test } from 'vitest';
import { utf8Text } from '../../../src/trust/bytes.ts';
import { catalogueObjects } from '../../fixtures/content-release.ts';
import { TestRepository, type Content } from '../../fixtures/repository.ts';
import { createWorld, servingFiles, shownVersion, type HubAnswer, type World } from './world.ts';

const day = 24 * 3_600_000;
const hubKeys = ['snapshot', 'timestamp'];

const carried = (of: TestRepository): HubAnswer => servingFiles((name) => utf8Text(of.files.get(name) ?? new Uint8Array()) || undefined);

describe('the hub’s keys were stolen, a new root takes them away, and the line is cut before anything comes that is signed under it', () => {
  let world: World;
  let repository: TestRepository;
  /** Has the old keys, and no root but the first. */
  let thief: TestRepository;

  beforeEach(async () => {
    world = createWorld(undefined);
    repository = await TestRepository.build({ objects: catalogueObjects(['birth', 'marriage']) as Record<string, Content>, now: world.time - day });
    world.anchor = utf8Text(repository.anchor);
    thief = repository.fork();
  });

  /** A kiosk that shows what somebody published, and then learns of a root with new keys for these roles. */
  async function learnRoot(shown: TestRepository, roles: readonly string[]): Promise<void> {
    world.hub = carried(shown);
    const { content } = await world.start();
    for (const role of roles) await repository.replaceKeys(role);
    repository.now = world.time;
    await repository.publish({ renew: ['snapshot'] });
    const hub = carried(repository);
    world.hub = (path, init) => (path.endsWith('/3.root.json') ? undefined : hub(path, init));
    await content.checkForUpdate();
  }

  test('a kiosk that is started anew then believes the stolen keys no more', async () => {
    const confirmed = repository.now;
    await learnRoot(repository, hubKeys);
    world.time += day;
    thief.now = world.time;
    await thief.publish({ by: thief.signersOf(...hubKeys), renew: ['snapshot'] });
    world.hub = carried(thief);
    for (let starts = 0; starts < 2; starts++) {
      const { content, reports } = await world.start();
      expect(reports.recentReports.value).toContainEqual(expect.objectContaining({ code: 'contentThreshold', detail: expect.stringContaining('thresholdNotMet timestamp.json') }));
      expect([shownVersion(content), content.pending.value, content.lastConfirmed.value]).toEqual([1, false, confirmed]);
    }
  });

  test.each([[hubKeys], [['snapshot']], [['timestamp']]])('it takes what is honest, whatever numbers the thief had signed: new keys for %j', async (roles) => {
    for (const role of ['moi', ...hubKeys]) thief.versions.set(role, 2 ** 45);
    await thief.publish({ by: thief.signersOf('moi', ...hubKeys), renew: ['moi', 'snapshot'] });
    await learnRoot(thief, roles);
    world.hub = carried(repository);
    const { content } = await world.start();
    expect(await content.applyPending()).toBe(true);
    expect([shownVersion(content), content.lastConfirmed.value]).toEqual([repository.edition, repository.now]);
    world.hub = () => undefined;
    expect(shownVersion((await world.start()).content)).toBe(repository.edition);
  });
});

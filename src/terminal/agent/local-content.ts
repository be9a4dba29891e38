import { join } from 'node:path';
import { editionOf, type Edition } from '../../repository/edition.ts';
import { isRepositoryFile, timestampName } from '../../repository/names.ts';
import { StaticTree, type StaticFile } from '../../serve/static-tree.ts';
import { isNewer } from '../editions.ts';

/** Where the agent keeps content from sticks, below its state folder. */
export const stickContentDir = (stateDir: string): string => join(stateDir, 'content');

/** A folder of content on this machine. */
class LocalFolder {
  readonly #tree: StaticTree;

  constructor(dir: string) {
    this.#tree = new StaticTree(dir, { marker: timestampName, keep: true, wanted: isRepositoryFile });
  }

  async edition(): Promise<Edition | undefined> {
    if (!(await this.#tree.refresh())) return undefined;
    return editionOf({ read: async (name) => this.#tree.file(name)?.bytes });
  }

  file(name: string): StaticFile | undefined {
    return this.#tree.file(name);
  }
}

/** An edition that lies on this machine, with its files. */
export interface LocalEdition {
  readonly edition: Edition;
  file(name: string): StaticFile | undefined;
}

/** Content that came with the package or on sticks. Whoever reads it verifies it. */
export class LocalContent {
  readonly #folders: readonly LocalFolder[];

  constructor(dirs: readonly string[]) {
    this.#folders = dirs.map((dir) => new LocalFolder(dir));
  }

  /** The newest edition on this machine. */
  async newest(): Promise<LocalEdition | undefined> {
    let best: LocalEdition | undefined;
    for (const folder of this.#folders) {
      const edition = await folder.edition();
      if (edition !== undefined && (best === undefined || isNewer(edition, best.edition))) best = { edition, file: (name) => folder.file(name) };
    }
    return best;
  }
}

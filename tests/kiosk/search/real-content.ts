import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { synonymsSchema, type Synonyms } from '../../../src/model/pack.ts';
import { publicServiceSourceSchema } from '../../../src/model/public-service.ts';
import { topicSchema } from '../../../src/model/topic.ts';
import { searchEntryOf, type SearchEntry } from '../../../src/kiosk/search/entry.ts';

const root = join(import.meta.dirname, '../../../kiosk-config/content');

/** The authors' services as the kiosk indexes them. */
export function realEntries(): SearchEntry[] {
  const topics = v.parse(v.array(topicSchema), parse(readFileSync(join(root, 'topics.yaml'), 'utf8')));
  return readdirSync(join(root, 'services'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => {
      // A file that does not parse is the compiler's finding, not the search's.
      const source = v.safeParse(publicServiceSourceSchema, parse(readFileSync(join(root, 'services', name), 'utf8')));
      return source.success ? [searchEntryOf({ ...source.output, evidence: [], legalResources: [] }, { topics })] : [];
    });
}

/** The authors' synonyms. */
export function realSynonyms(): Synonyms {
  return v.parse(synonymsSchema, parse(readFileSync(join(root, 'synonyms.yaml'), 'utf8')));
}

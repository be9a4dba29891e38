import { formatDate } from '../../model/format.ts';
import type { Language } from '../../model/text.ts';
import { addStrings, translateTo } from '../../ui/i18n/i18n.ts';
import { guide } from '../../ui/i18n/strings/guide.ts';
import type { Confirmation } from '../confirmation.ts';

addStrings('guide', guide);

/** Who confirmed what is on screen, and when, in a sentence. @param authority who answers for it, as it stands in a sentence */
export function confirmationText(worth: Confirmation | undefined, authority: string, language: Language): string {
  if (worth === undefined || worth.kind === 'sample') return translateTo(language, 'guide:signedSample');
  if (worth.kind === 'confirmed') return translateTo(language, 'guide:confirmedBy', { authority, date: formatDate(worth.on, language, 'short') });
  if (worth.since === undefined) return translateTo(language, 'guide:notConfirmed', { authority });
  return translateTo(language, 'guide:notConfirmedSince', { authority, date: formatDate(worth.since, language, 'short') });
}

import {
  parseRegistrationCode,
  receiptPrefix,
  standardFormat,
  type RegistrationCode,
  type RegistrationCodeFormat,
} from '../../model/registration-code.ts';
import { err, type Result } from '../../model/result.ts';

/**
 * Why a scanned text is no receipt of ours. `notAReceipt`: anything else, from
 * a web address to another country's payment code. `checkDigits`: a receipt
 * whose code is wrong, so badly printed or made up. `wrongOffice`: a code of an
 * office that this hub does not serve.
 */
export type ReceiptError = { readonly code: 'notAReceipt' } | { readonly code: 'checkDigits' } | { readonly code: 'wrongOffice'; readonly office: string };

/**
 * Reads what a scanner, of either kind, has read. The text is only compared
 * with a pattern: never opened, shown, stored or logged. Never throws.
 * @param offices office codes that the hub serves; absent: all are accepted and the hub decides
 */
export function readReceipt(
  text: string,
  format: RegistrationCodeFormat = standardFormat,
  offices?: ReadonlySet<string>,
): Result<RegistrationCode, ReceiptError> {
  const code = parseRegistrationCode(text, format);
  if (code.ok) {
    const { office } = code.value;
    return offices === undefined || office === undefined || offices.has(office) ? code : err({ code: 'wrongOffice', office });
  }
  if (code.error.code === 'checkDigits') return err({ code: 'checkDigits' });
  // A scan is whole by nature: with our prefix and the start of a code, part of it was lost in printing.
  const cut = code.error.code === 'incomplete' && text.trimStart().toUpperCase().startsWith(receiptPrefix);
  return err({ code: cut ? 'checkDigits' : 'notAReceipt' });
}

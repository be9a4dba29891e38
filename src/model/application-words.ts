import type { ApplicationState } from './application.ts';
import type { LocalizedText } from './text.ts';

/**
 * The states of an application in words, for screens and sample receipts alike.
 * `received`, `inProgress`, `readyToCollect`, `documentsMissing` and `refused`
 * are still to be confirmed by a Khmer-speaking official: this is the one place
 * to change them.
 */
export const applicationStateTitles: Readonly<Record<ApplicationState, LocalizedText>> = {
  received: { km: 'បានទទួលពាក្យ', en: 'Received' },
  checking: { km: 'កំពុងពិនិត្យឯកសារ', en: 'Checking documents' },
  awaitingPayment: { km: 'រង់ចាំការបង់ប្រាក់', en: 'Waiting for payment' },
  inProgress: { km: 'កំពុងដំណើរការ', en: 'In progress' },
  readyToCollect: { km: 'រួចរាល់ សូមមកទទួល', en: 'Ready to collect' },
  collected: { km: 'បានមកទទួលរួច', en: 'Collected' },
  documentsMissing: { km: 'ខ្វះឯកសារ ត្រូវបំពេញបន្ថែម', en: 'Documents missing' },
  refused: { km: 'មិនអនុញ្ញាត', en: 'Refused' },
};

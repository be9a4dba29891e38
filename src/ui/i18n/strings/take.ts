import { defineStrings } from '../define.ts';

/** Words of "take it with you", on the screen and in the text that goes into the QR code. */
export const take = defineStrings({
  title: ['យកទៅជាមួយ', 'Take it with you'],
  lead: ['ស្កេនដោយទូរស័ព្ទ – មិនត្រូវការអ៊ីនធឺណិតទេ', 'Scan with your phone – no internet needed'],
  stepCamera: ['បើកកាមេរ៉ាទូរស័ព្ទ', 'Open your phone’s camera'],
  stepPoint: ['តម្រង់ទៅកូដនេះ', 'Point it at the code'],
  stepKeep: ['រក្សាទុកអត្ថបទ', 'Keep the text'],
  inside: ['អត្ថបទក្នុងកូដ', 'The text in the code'],
  codeName: ['កូដ QR ដែលមានអត្ថបទនេះ', 'QR code that holds this text'],
  linkName: ['កូដ QR នៃតំណ', 'QR code of the link'],
  link: ['មើលលើអ៊ីនធឺណិត', 'See it on the internet'],
  check: ['ពិនិត្យតម្លៃនេះដោយទូរស័ព្ទ', 'Check this price with your phone'],
  checkNeeds: ['លើកដំបូង ត្រូវការអ៊ីនធឺណិត', 'The first time needs the internet'],
  checkName: ['កូដ QR សម្រាប់ពិនិត្យតម្លៃ', 'QR code to check the price'],
  bothLanguages: ['ភាសាខ្មែរ និងអង់គ្លេស', 'Khmer and English'],
  shortened: ['អត្ថបទត្រូវបានកាត់ឱ្យខ្លី។ ព័ត៌មានពេញលេញ មាននៅលើម៉ាស៊ីននេះ។', 'The text is shortened. The kiosk itself has all of it.'],
  fee: ['តម្លៃ៖ {{fee}}', 'Fee: {{fee}}'],
  time: ['រយៈពេល៖ {{time}}', 'Time: {{time}}'],
  place: ['ទីកន្លែង៖ {{place}}', 'Where: {{place}}'],
  documents: ['ឯកសារ៖', 'Documents:'],
  documentsUnknown: ['ឯកសារ៖ សូមសួរនៅបញ្ជរព័ត៌មាន', 'Documents: ask at the information counter'],
  askPrice: ['តម្លៃនេះអាចហួសសម័យ សូមសួរនៅបញ្ជរ', 'This price may be out of date: ask at the counter'],
  moreDocuments: ['… និងឯកសារផ្សេងទៀត សូមសួរនៅបញ្ជរ', '… and further documents, ask at the counter'],
  way: ['លំដាប់៖', 'The way:'],
  version: ['តារាងតម្លៃ {{code}} · {{date}}', 'Price list {{code}} · {{date}}'],
});

import { defineStrings } from '../define.ts';

/** Words of the page on which a phone checks a price. Both languages stand on it at once. */
export const check = defineStrings({
  title: ['ពិនិត្យតម្លៃសេវា', 'Check a price'],
  checking: ['កំពុងពិនិត្យ…', 'Checking …'],
  // verdicts
  confirmed: ['តម្លៃនេះ ត្រូវបានបញ្ជាក់', 'This price is confirmed'],
  signedBy: ['ចុះហត្ថលេខាដោយ {{authority}}', 'Signed by: {{authority}}'],
  sample: ['គំរូ – មិនទាន់មានការបញ្ជាក់ពីក្រសួង', 'Sample – not certified by the ministry'],
  sampleExplained: ['ហត្ថលេខាត្រឹមត្រូវ ប៉ុន្តែជាហត្ថលេខាសម្រាប់សាកល្បងប៉ុណ្ណោះ។', 'The signature fits, but its keys are only for demonstration.'],
  refused: ['នេះមិនមែនជាតម្លៃ ដែលក្រសួងបានចុះហត្ថលេខាទេ', 'This is NOT a price signed by the ministry'],
  replaced: ['តម្លៃនេះ លែងអនុវត្តហើយ', 'This price no longer applies'],
  replacedBy: ['តម្លៃបច្ចុប្បន្ន', 'The price now'],
  gone: ['តម្លៃនេះ លែងមានក្នុងបញ្ជីហើយ', 'This price is no longer in the list'],
  notYet: ['តម្លៃនេះ មិនទាន់អនុវត្តទេ', 'This price does not apply yet'],
  ended: ['តម្លៃនេះ ផុតកំណត់ហើយ', 'This price has ended'],
  // reasons
  corrupt: ['កូដនេះមិនពេញលេញ ឬមិនមែនជាកូដតម្លៃទេ។ សូមស្កេនម្តងទៀត។', 'The code is damaged or is not the code of a price. Scan it again.'],
  forged: ['មានអ្វីមួយត្រូវបានកែប្រែ បន្ទាប់ពីចុះហត្ថលេខា។', 'Something in it was changed after it was signed.'],
  thresholdNotMet: ['វាមិនត្រូវបានចុះហត្ថលេខា ដោយអ្នកដែលមានសិទ្ធិបញ្ជាក់តម្លៃនេះនៅពេលនេះទេ។', 'It is not signed by those who may confirm this price today.'],
  notDelegated: ['ស្ថាប័ននេះគ្មានសិទ្ធិកំណត់តម្លៃសេវានេះទេ។', 'This body may not set the price of this service.'],
  askCounter: ['សូមកុំបង់ប្រាក់តាមកូដនេះ។ សូមសួរនៅបញ្ជរព័ត៌មាន។', 'Do not pay by this code. Ask at the information counter.'],
  askNow: ['សូមសួរនៅបញ្ជរព័ត៌មាន។', 'Ask at the information counter.'],
  // what is said of the price
  perCount: ['តម្លៃសម្រាប់ ១', 'Price for one'],
  validFrom: ['អនុវត្តចាប់ពី {{date}}', 'Applies from {{date}}'],
  validTo: ['អនុវត្តរហូតដល់ {{date}}', 'Applies until {{date}}'],
  service: ['សេវា', 'Service'],
  cost: ['ករណី', 'Case'],
  guide: ['មើលឯកសារតម្រូវ និងនីតិវិធី', 'See required documents and steps'],
  edition: ['លើកទី {{number}}', 'Edition {{number}}'],
  // by what it was judged
  asOf: ['ពិនិត្យតាមបញ្ជីនៃ {{date}}', 'Checked against the list of {{date}}'],
  asOfUnknown: ['មិនដឹងកាលបរិច្ឆេទនៃបញ្ជី', 'The date of the list is not known'],
  offline: ['គ្មានអ៊ីនធឺណិត៖ ពិនិត្យតាមបញ្ជីដែលមានក្នុងទូរស័ព្ទនេះ។', 'No connection: checked against the list that this phone has kept.'],
  notConfirmed: ['ម៉ាស៊ីនមេរបស់ការិយាល័យ គ្មានបញ្ជីដែលត្រូវបានបញ្ជាក់ថាថ្មីបំផុតទេ៖ ពិនិត្យតាមបញ្ជីដែលមានក្នុងទូរស័ព្ទនេះ។ សូមសួរនៅបញ្ជរព័ត៌មាន។', 'The office’s hub has no list that is confirmed as the newest: checked against the list that this phone has kept. Ask at the information counter.'],
  unknown: ['មិនអាចដឹងថា តម្លៃនេះនៅតែអនុវត្តឬទេ។', 'Whether this price still applies cannot be said.'],
  checkAgain: ['សូមពិនិត្យម្តងទៀត ពេលមានអ៊ីនធឺណិត។', 'Check again with a connection.'],
  // nothing to be said
  nothing: ['ស្កេនកូដតម្លៃនៅលើម៉ាស៊ីនព័ត៌មាន', 'Scan the code of a price on the kiosk'],
  nothingExplained: ['ទំព័រនេះប្រាប់ថា តម្លៃនោះត្រូវបានក្រសួងចុះហត្ថលេខាឬទេ។', 'This page says whether the ministry has signed that price.'],
  cannot: ['មិនអាចពិនិត្យបានទេ', 'It cannot be checked'],
  cannotBrowser: ['កម្មវិធីអ៊ីនធឺណិតរបស់ទូរស័ព្ទនេះចាស់ពេក។ សូមធ្វើបច្ចុប្បន្នភាព ឬប្រើទូរស័ព្ទផ្សេង។', 'This phone’s browser is too old. Update it, or use another phone.'],
  cannotConnection: ['អាសយដ្ឋាននេះមិនមានសុវត្ថិភាពទេ (ត្រូវការ https)។', 'This address is not a secure one (https is needed).'],
  cannotKeys: ['មិនអាចទាញយកបញ្ជីហត្ថលេខាបានទេ។ សូមសាកម្តងទៀត ពេលមានអ៊ីនធឺណិត។', 'The list of signatures could not be loaded. Try again with a connection.'],
});

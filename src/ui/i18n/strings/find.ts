import { defineStrings } from '../define.ts';

/** Words of finding a service: by topic, by office, by typing. */
export const find = defineStrings({
  typeHere: ['វាយពាក្យស្វែងរក', 'Type what you need'],
  typeHint: ['ឧទាហរណ៍៖ សំបុត្រកំណើត ម៉ូតូ អត្តសញ្ញាណប័ណ្ណ', 'For example: birth certificate, motorbike, ID card'],
  ways: ['របៀបស្វែងរក', 'Ways to find'],
  byTopic: ['តាមប្រធានបទ', 'By topic'],
  byOffice: ['តាមការិយាល័យ', 'By office'],
  services_one: ['{{n}} សេវា', '{{n}} service'],
  services_other: ['{{n}} សេវា', '{{n}} services'],
  atThisOffice: ['នៅការិយាល័យនេះ', 'At this office'],
  thisOffice: ['ការិយាល័យនេះ', 'This office'],
  elsewhere: ['នៅកន្លែងផ្សេង', 'At another office'],
  at: ['នៅ{{place}}', 'At: {{place}}'],
  manyPrices: ['តម្លៃតាមករណី', 'Fee by case'],
  searchLabel: ['ពាក្យស្វែងរក', 'What are you looking for?'],
  results_one: ['រកឃើញ {{n}}', '{{n}} result'],
  results_other: ['រកឃើញ {{n}}', '{{n}} results'],
  nothingExact: ['រកមិនឃើញពាក្យនេះទេ។ សេវាជិតបំផុត៖', 'Nothing has exactly these words. The nearest:'],
  nothing: ['រកមិនឃើញទេ។', 'Nothing found.'],
  wayOn: ['សូមមើលតាមប្រធានបទ ឬសួរនៅបញ្ជរព័ត៌មាន', 'Look by topic, or ask at the information counter'],
  suggestions: ['មនុស្សច្រើនតែស្វែងរក', 'People often come for'],
  clear: ['លុប', 'Clear'],
  event: ['ព្រឹត្តិការណ៍ក្នុងជីវិត', 'Life event'],
  searchPreparing: ['កំពុងរៀបចំការស្វែងរក…', 'Getting the search ready…'],
});

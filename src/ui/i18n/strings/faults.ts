import { defineStrings } from '../define.ts';

/**
 * What a terminal reports of itself, by its report code: what happened, in plain
 * words, and under the same name with `Do`, what to do about it. On the machine's
 * own screen and for staff.
 */
export const faults = defineStrings({
  contentDamaged: ['ព័ត៌មានមួយផ្នែកនៅលើម៉ាស៊ីននេះខូច ហើយមិនត្រូវបានបង្ហាញទេ។', 'Part of the information stored on this machine was damaged. It is not shown.'],
  contentDamagedDo: ['ម៉ាស៊ីនជួសជុលខ្លួនឯង។ បើកើតឡើងញឹកញាប់ សូមពិនិត្យថាសផ្ទុក និងការដាច់ភ្លើង។', 'It mends itself. If it comes often, check the disk and the power supply.'],
  contentHealed: ['ព័ត៌មានដែលខូចត្រូវបានជួសជុលរួចហើយ។', 'Damaged information was replaced by a whole copy.'],
  contentHealedDo: ['មិនចាំបាច់ធ្វើអ្វីទេ។', 'Nothing.'],
  contentRefused: ['កំណែព័ត៌មានថ្មីមិនត្រូវបានទទួលយកទេ។ កំណែចាស់នៅតែបង្ហាញ។', 'A new release was not accepted. The old one stays on screen.'],
  contentRefusedDo: ['សូមប្រាប់អ្នកដែលបោះផ្សាយព័ត៌មាន ដោយយកលម្អិតបច្ចេកទេសទៅជាមួយ។ ប្រហែលត្រូវធ្វើបច្ចុប្បន្នភាពកម្មវិធី។', 'Tell whoever publishes the content, with the detail below. The app may need an update.'],
  contentAbsent: ['ម៉ាស៊ីនមេមិនមានព័ត៌មានដែលបានចុះហត្ថលេខាទេ។', 'The hub has no signed content.'],
  contentAbsentDo: ['សូមបោះផ្សាយព័ត៌មាននៅលើម៉ាស៊ីនមេ ឬពិនិត្យថាម៉ាស៊ីនមេថតចម្លងបានពេញលេញ។', 'Publish content on the hub, or check that the mirror has copied all of it.'],
  contentCorrupt: ['ព័ត៌មានខូច ឬត្រូវបានកែប្រែតាមផ្លូវ។ កំណែចាស់នៅតែបង្ហាញ។', 'Content arrived damaged or altered. The old release stays on screen.'],
  contentCorruptDo: ['បើកើតឡើងម្តង មិនចាំបាច់ធ្វើអ្វីទេ។ បើកើតឡើងញឹកញាប់ សូមពិនិត្យបណ្តាញ និងថាសរបស់ម៉ាស៊ីនមេ។', 'Once: nothing. Often: check the network and the hub’s disk.'],
  contentForged: ['ហត្ថលេខាលើព័ត៌មានមិនត្រឹមត្រូវ។ កំណែចាស់នៅតែបង្ហាញ។', 'A signature on the content is false. The old release stays on screen.'],
  contentForgedDo: ['មាននរណាម្នាក់ប្រហែលចង់ផ្លាស់ប្តូរតម្លៃ។ សូមផ្តាច់ម៉ាស៊ីនមេ ហើយប្រាប់អ្នកកាន់សោជាបន្ទាន់។', 'Somebody may be trying to change a price. Disconnect the hub and tell the key holders at once.'],
  contentThreshold: ['ព័ត៌មានមិនទាន់មានហត្ថលេខាគ្រប់ចំនួន ឬត្រូវបានចុះហត្ថលេខាដោយអ្នកដទៃ។ កំណែចាស់នៅតែបង្ហាញ។', 'Content is signed by too few, or it was signed by strangers. The old release stays on screen.'],
  contentThresholdDo: ['សូមសួរក្រសួងដែលទទួលខុសត្រូវ ថាមន្ត្រីទីពីរមិនទាន់ចុះហត្ថលេខាឬ។ បើមិនដូច្នោះទេ អ្នកដទៃបានចុះហត្ថលេខា៖ សូមប្រាប់អ្នកកាន់សោជាបន្ទាន់។', 'Ask the authority named below whether its second official has still to sign. If not, it was signed by strangers: tell the key holders at once.'],
  contentRolledBack: ['ម៉ាស៊ីនមេផ្តល់កំណែចាស់ជាងកំណែដែលមាន។ កំណែថ្មីជាងនៅតែបង្ហាញ។', 'The hub offered an older release than this machine has. The newer one stays on screen.'],
  contentRolledBackDo: ['ម៉ាស៊ីនមេប្រហែលត្រូវបានស្តារពីច្បាប់ចម្លងចាស់។ សូមបោះផ្សាយកំណែថ្មីបំផុតនៅលើម៉ាស៊ីនមេឡើងវិញ។', 'The hub may have been restored from an old copy. Publish the newest release on it again.'],
  contentExpired: ['ព័ត៌មាននៅម៉ាស៊ីនមេហួសសុពលភាព ហើយគ្មានអ្នកបញ្ជាក់ទេ។ កំណែចាស់នៅតែបង្ហាញ។', 'What the hub offers has expired unconfirmed. The old release stays on screen.'],
  contentExpiredDo: ['សូមពិនិត្យនាឡិកាម៉ាស៊ីន ហើយពិនិត្យថាម៉ាស៊ីនមេនៅចុះហត្ថលេខារាល់ថ្ងៃ។', 'Check this machine’s clock, and that the hub still signs each day.'],
  contentNotDelegated: ['ព័ត៌មានមួយត្រូវបានចុះហត្ថលេខាដោយអ្នកដែលគ្មានសិទ្ធិ។ វាមិនត្រូវបានបង្ហាញទេ។', 'Content was signed by somebody who may not speak of it. It is not shown.'],
  contentNotDelegatedDo: ['សូមប្រាប់អ្នកកាន់សោ ដោយយកលម្អិតបច្ចេកទេសទៅជាមួយ។', 'Tell the key holders, with the detail below.'],
  officeLapsed: ['ហត្ថលេខារបស់ការិយាល័យមួយហួសសុពលភាព។ ម៉ោងបើក និងទំនាក់ទំនងរបស់វានៅតែបង្ហាញ។', 'An office’s signature has expired. Its hours and contacts are still shown.'],
  officeLapsedDo: ['សូមឱ្យប្រធានការិយាល័យដែលមានលេខកូដខាងក្រោម ពិនិត្យព័ត៌មានទាំងនេះ ហើយចុះហត្ថលេខាឡើងវិញ។', 'Ask the head of the office with the code below to look at them and sign them anew.'],
  contentTooBig: ['ព័ត៌មានធំជាងដែនកំណត់ ហើយមិនត្រូវបានទទួលយកទេ។', 'Content is larger than allowed and was given up.'],
  contentTooBigDo: ['សូមប្រាប់អ្នកដែលបោះផ្សាយព័ត៌មាន។ បើមិនមែនជាកំហុស សូមផ្តាច់ម៉ាស៊ីនមេ។', 'Tell whoever publishes the content. If it is no mistake of theirs, disconnect the hub.'],
  hubUnreachable: ['ម៉ាស៊ីនភ្ជាប់ទៅម៉ាស៊ីនមេមិនបាន។ សេវាទាំងអស់នៅប្រើបាន លើកលែងតែការពិនិត្យពាក្យស្នើសុំ។', 'The hub could not be reached. Everything works but the check of applications.'],
  hubUnreachableDo: ['សូមពិនិត្យខ្សែបណ្តាញ រ៉ោតទ័រ និងម៉ាស៊ីនមេ។', 'Check the network cable, the router and the hub.'],
  hubAnswerInvalid: ['ម៉ាស៊ីនមេឆ្លើយតបមិនត្រឹមត្រូវ។', 'The hub gave an answer that makes no sense.'],
  hubAnswerInvalidDo: ['បណ្តាញប្រហែលទាមទារការចូលប្រើ ឬម៉ាស៊ីនមេមានបញ្ហា។ សូមពិនិត្យទាំងពីរ។', 'The network may ask for a login page, or the hub has a fault. Check both.'],
  clockWrong: ['នាឡិការបស់ម៉ាស៊ីនខុសគ្នាពីម៉ាស៊ីនមេ។ ម៉ោងបើកបិទ និងកាលបរិច្ឆេទអាចខុស។', 'The clocks of machine and hub disagree. Opening hours and dates may be wrong.'],
  clockWrongDo: ['សូមកែនាឡិកា និងបើកការកំណត់ម៉ោងស្វ័យប្រវត្តិ។', 'Set the clock and turn on automatic time.'],
  cameraAbsent: ['រកមិនឃើញកាមេរ៉ា។ ពលរដ្ឋអាចវាយលេខកូដ ឬប្រើម៉ាស៊ីនស្កេន។', 'No camera was found. Citizens can type the code or use the scanner.'],
  cameraAbsentDo: ['សូមពិនិត្យខ្សែកាមេរ៉ា រួចចាប់ផ្តើមម៉ាស៊ីនឡើងវិញ។', 'Check the camera cable and restart the machine.'],
  cameraDenied: ['កម្មវិធីរុករកមិនអនុញ្ញាតឱ្យប្រើកាមេរ៉ាទេ។', 'The browser does not allow the camera.'],
  cameraDeniedDo: ['សូមអនុញ្ញាតកាមេរ៉ាសម្រាប់អាសយដ្ឋាននេះ ក្នុងការកំណត់កម្មវិធីរុករក។', 'Allow the camera for this address in the browser’s settings.'],
  cameraLost: ['កាមេរ៉ាត្រូវបានដាច់ ខណៈពេលកំពុងប្រើ។', 'The camera was lost while in use.'],
  cameraLostDo: ['សូមពិនិត្យខ្សែ និងរន្ធ USB។', 'Check its cable and USB port.'],
  decoderFallback: ['ការអាន QR ប្រើវិធីបម្រុងដែលខ្សោយជាង។', 'QR codes are read by the weaker reserve decoder.'],
  decoderFallbackDo: ['សូមចាប់ផ្តើមម៉ាស៊ីនឡើងវិញ។ បើនៅដដែល សូមដំឡើងកម្មវិធីឡើងវិញ។', 'Restart the machine. If it stays, install the app anew.'],
  unexpectedError: ['កម្មវិធីមានកំហុសមួយដែលមិនរំពឹងទុក។', 'The app had a fault that nobody foresaw.'],
  unexpectedErrorDo: ['សូមប្រាប់អ្នកអភិវឌ្ឍ ដោយយកលម្អិតបច្ចេកទេសទៅជាមួយ។', 'Tell the developers, with the detail below.'],
});

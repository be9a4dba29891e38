/** What a terminal shows when its app does not run, Khmer and English: drawn into a picture when its package is built. */
export const outOfServiceStrings = {
  title: ['ម៉ាស៊ីននេះមិនដំណើរការជាបណ្តោះអាសន្ន', 'This machine is out of service'],
  ask: ['សូមសួរនៅបញ្ជរព័ត៌មាន។', 'Please ask at the information counter.'],
} as const;

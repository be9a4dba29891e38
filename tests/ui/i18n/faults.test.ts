import { expect, test } from 'vitest';
import { reportCodes } from '../../../src/api/report.ts';
import { faults } from '../../../src/ui/i18n/strings/faults.ts';

test.each(reportCodes)('%s has a sentence and something to do about it, in both languages', (code) => {
  for (const [km, en] of [faults[code], faults[`${code}Do`]]) {
    expect(km).toMatch(/[\u1780-\u17ff].*។$/);
    expect(en).toMatch(/\.$/);
  }
});

test('what strangers signed is not taken for a signature that is still to come', () => {
  expect(faults.contentThreshold).toEqual([expect.stringContaining('អ្នកដទៃ'), expect.stringContaining('strangers')]);
  expect(faults.contentThresholdDo).toEqual([expect.stringContaining('អ្នកកាន់សោ'), expect.stringContaining('key holders')]);
});

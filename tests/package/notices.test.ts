import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { thirdPartyNotices } from '../../src/package/notices.ts';

describe('what a package says of its parts', () => {
  const notices = thirdPartyNotices(resolve(import.meta.dirname, '../..'));

  test.each(['fastify', 'preact', 'zxing-wasm', 'dexie', 'workbox-precaching', '@fontsource/moul'])('names %s with its version and the text of its licence', (name) => {
    const part = notices.split('-'.repeat(72)).find((one) => one.trim().startsWith(`${name} `));
    expect(part).toMatch(/ \d+\.\d+\.\d+, \S+/);
    expect(part?.length).toBeGreaterThan(800);
  });

  test('carries the licence of the Node that goes into it, and of what is built into that', () => {
    expect(notices).toContain(`Node.js ${process.versions.node},`);
    for (const part of ['Copyright Node.js contributors', 'V8', 'OpenSSL', 'ICU']) expect(notices).toContain(part);
  });

  test('names no tool that only made it', () => {
    for (const tool of ['vitest', 'oxlint', 'playwright-core']) expect(notices).not.toContain(`\n${tool} `);
  });
});

import { appendFileSync, rmSync } from 'node:fs';
import type { CDPSession } from 'playwright-core';

/**
 * Which of some texts are anywhere in the memory of the page's scripts.
 * @param keep file in which the heap is kept, to be opened with the browser's tools
 */
export async function heapHolds(session: CDPSession, texts: readonly string[], keep?: string): Promise<readonly string[]> {
  if (keep !== undefined) rmSync(keep, { force: true });
  const found = new Set<string>();
  // A text may lie across two chunks.
  const longest = Math.max(...texts.map((text) => text.length));
  let tail = '';
  const read = ({ chunk }: { readonly chunk: string }): void => {
    if (keep !== undefined) appendFileSync(keep, chunk);
    const part = tail + chunk;
    for (const text of texts) if (part.includes(text)) found.add(text);
    tail = part.slice(-longest);
  };
  session.on('HeapProfiler.addHeapSnapshotChunk', read);
  try {
    await session.send('HeapProfiler.collectGarbage');
    await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  } finally {
    session.off('HeapProfiler.addHeapSnapshotChunk', read);
  }
  return [...found];
}

import type { Page } from 'playwright-core';
import * as v from 'valibot';

const sessionSchema = v.custom<{ send(method: string): Promise<unknown> }>((found) => typeof found === 'object' && found !== null && 'send' in found);
const connectionSchema = v.object({ _connection: v.object({ toImpl: v.custom<(page: Page) => unknown>((found) => typeof found === 'function') }) });
const implementationSchema = v.object({ delegate: v.object({ _mainFrameSession: v.object({ _client: sessionSchema }) }) });

/**
 * Ends Playwright's watch over a page's network, which no terminal has. For whoever
 * watches, Chromium keeps a record of each request and its answer until the page is
 * loaded anew. Small as they are, each holds a memory page of its own among objects
 * that come and go: 20 MB in 1,000 visits, beside the answers.
 *
 * From then on the page tells of no request. Playwright has no switch for this, so
 * that its own session is asked; throws where a new version has it elsewhere.
 */
export async function endWatch(page: Page): Promise<void> {
  const implementation = v.parse(connectionSchema, page)._connection.toImpl(page);
  await v.parse(implementationSchema, implementation).delegate._mainFrameSession._client.send('Network.disable');
}

/**
 * Runs inside a terminal, by its own Node: evaluates the script of the standard
 * input in the page that Chromium shows, and writes what came of it as JSON.
 */
import { readFileSync } from 'node:fs';

const expression = readFileSync(0, 'utf8');
const targets = await (await fetch('http://127.0.0.1:9222/json')).json();
const page = targets.find(({ type, url }) => type === 'page' && url.startsWith('http://localhost:8480/'));
if (page === undefined) throw new Error('the kiosk\'s page is not among the browser\'s');
const socket = new WebSocket(page.webSocketDebuggerUrl);
await new Promise((done, fail) => Object.assign(socket, { onopen: done, onerror: fail }));
const said = new Promise((done) => Object.assign(socket, { onmessage: ({ data }) => done(JSON.parse(data)) }));
socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression, awaitPromise: true, returnByValue: true, userGesture: true } }));
const { result, error } = await said;
socket.close();
if (error !== undefined || result.exceptionDetails !== undefined) throw new Error(JSON.stringify(error ?? result.exceptionDetails));
process.stdout.write(JSON.stringify(result.result.value ?? null));

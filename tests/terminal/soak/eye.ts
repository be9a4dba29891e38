import type { Page } from 'playwright-core';

/** A thing that can be touched, where a finger would touch it. */
export interface Target {
  /** CSS px in the viewport. */
  readonly x: number;
  readonly y: number;
  /** Its classes and, on the keyboard, its key: what it is, never what it says. */
  readonly what: string;
}

/** What is on the panel. */
export interface Sight {
  readonly screen: string;
  /** A dialog is open: nothing behind it can be touched. */
  readonly dialog: boolean;
  readonly targets: readonly Target[];
}

/** The page's side of looking; on `globalThis` of the page under {@link eyeName}. */
export interface Eye {
  /** What is on the panel once it is drawn to its end. */
  look(): Promise<Sight>;
  /** Where the nth thing that matches can be touched, scrolled to if need be. `undefined`: there is none. */
  find(selector: string, nth: number): Promise<Target | undefined>;
  /** How many things match. */
  count(selector: string): Promise<number>;
  /** Resolves with the first of some selectors that matches something; `undefined` if none does in time. */
  until(selectors: readonly string[], milliseconds: number): Promise<string | undefined>;
  /** The screens that were seen since this was asked last. */
  screens(): string[];
  /** What is left of a visit that has ended, in words; empty: nothing. */
  traces(): string[];
}

/** Where the page's side of it is found. */
export const eyeName = 'owsoEye';

function install(name: string): void {
  // The clock of the page may run ahead: waiting here is for frames.
  const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()));
  const settle = async (): Promise<void> => {
    await frame();
    for (let frames = 0; frames < 600 && document.querySelector('[aria-busy="true"], p.notice-screen') !== null; frames++) await frame();
    seen.add(screen());
  };
  const seen = new Set<string>();
  const screen = (): string => document.querySelector('.app')?.getAttribute('data-screen') ?? '';
  const rootNow = (): ParentNode => [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;

  /** The middle of what is seen of an element, if a finger there would hit it. */
  const target = (element: Element): Target | undefined => {
    if (element instanceof HTMLButtonElement && element.disabled) return undefined;
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const x = (Math.max(0, left) + Math.min(innerWidth, right)) / 2;
    const y = (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2;
    if (right - left < 1 || bottom - top < 1 || x < left || x > right || y < top || y > bottom) return undefined;
    const hit = document.elementFromPoint(x, y);
    if (hit === null || !element.contains(hit)) return undefined;
    return { x, y, what: `${element.className} ${element.getAttribute('data-skbtn') ?? ''}`.trim() };
  };
  const all = (selector: string): Element[] => [...rootNow().querySelectorAll(selector)];

  const eye: Eye = {
    async look() {
      await settle();
      return {
        screen: screen(),
        dialog: document.querySelector('dialog[open]') !== null,
        targets: all('button, input, .attract__touch').flatMap((element) => target(element) ?? []),
      };
    },
    async find(selector, nth) {
      await settle();
      const found = all(selector);
      const element = found[nth % Math.max(1, found.length)];
      if (element === undefined) return undefined;
      if (target(element) === undefined) {
        element.scrollIntoView({ block: 'center', behavior: 'instant' });
        await frame();
      }
      return target(element);
    },
    async count(selector) {
      await settle();
      return all(selector).length;
    },
    async until(selectors, milliseconds) {
      const end = performance.now() + milliseconds;
      for (;;) {
        const met = selectors.find((selector) => document.querySelector(selector) !== null);
        if (met !== undefined || performance.now() > end) return met;
        await frame();
      }
    },
    screens() {
      const all = [...seen];
      seen.clear();
      return all;
    },
    traces() {
      const root = document.documentElement;
      const left: string[] = [];
      const expect = (is: unknown, shall: unknown, what: string): void => {
        if (is !== shall) left.push(`${what} is ${JSON.stringify(is)}`);
      };
      expect(root.lang, 'km', 'language');
      expect(root.dataset['text'], '1', 'text size');
      expect(root.dataset['contrast'], 'normal', 'contrast');
      expect(document.querySelector('.app')?.getAttribute('data-reach'), 'normal', 'reach');
      expect(document.querySelectorAll('dialog, .frame, input, video').length, 0, 'number of dialogs, frames, fields and videos');
      expect(Object.keys(localStorage).filter((key) => key !== 'terminal' && key !== 'owso-content').length, 0, 'number of foreign things in localStorage');
      expect(sessionStorage.length, 0, 'number of things in sessionStorage');
      expect(document.cookie, '', 'cookie');
      expect(history.state, null, 'history state');
      expect(location.hash, '', 'hash');
      expect(history.length <= 2, true, 'a short history');
      expect(getSelection()?.toString() ?? '', '', 'selection');
      // The browser's list of what was loaded names the codes that were asked for.
      expect(performance.getEntriesByType('resource').filter((entry) => entry.name.includes('/api/v1/applications/')).length, 0, 'number of codes in the list of loaded resources');
      return left;
    },
  };
  Object.defineProperty(globalThis, name, { value: eye });
}

/** Puts the eye into every document that the page loads from now on. */
export async function installEye(page: Page): Promise<void> {
  await page.addInitScript(install, eyeName);
}

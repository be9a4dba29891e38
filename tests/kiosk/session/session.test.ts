import { beforeEach, describe, expect, test } from 'vitest';
import { language } from '../../../src/ui/i18n/i18n.ts';
import { back, canGoBack, contrast, go, here, keepScroll, onWipe, reach, scrollHere, setContrast, setLanguage, setReach, setTextSize, textSize, wipe } from '../../../src/kiosk/session/session.ts';

beforeEach(() => wipe());

describe('the way through a visit', () => {
  test('leads back step by step, and from the first screen home', () => {
    go({ screen: 'home' });
    go({ screen: 'find' });
    go({ screen: 'service', id: 'birth-registration' });
    back();
    expect(here()).toEqual({ screen: 'find' });
    back();
    expect(here()).toEqual({ screen: 'home' });
    expect(canGoBack()).toBe(false);
    back();
    expect(here()).toEqual({ screen: 'home' });
  });

  test('comes back to where a list was scrolled', () => {
    go({ screen: 'home' });
    go({ screen: 'find' });
    keepScroll(740);
    go({ screen: 'service', id: 'passport' });
    expect(scrollHere()).toBe(0);
    back();
    expect(scrollHere()).toBe(740);
  });

  test('stays on the same place when the language changes', () => {
    go({ screen: 'home' });
    go({ screen: 'service', id: 'passport' });
    setLanguage('en');
    expect(here()).toEqual({ screen: 'service', id: 'passport' });
  });
});

describe('the end of a visit', () => {
  test('takes back language, size, contrast, reach and the way, and tells all who remember something', () => {
    let forgotten = 0;
    const undo = onWipe(() => {
      forgotten += 1;
    });
    go({ screen: 'home' });
    go({ screen: 'prices' });
    setLanguage('en');
    setTextSize(4);
    setContrast('high');
    setReach('low');
    wipe();
    undo();
    expect(here()).toEqual({ screen: 'attract' });
    expect(language.value).toBe('km');
    expect([textSize.value, contrast.value, reach.value]).toEqual([1, 'normal', 'normal']);
    expect(canGoBack()).toBe(false);
    expect(forgotten).toBe(1);
  });
});

/**
 * Keys that do something on the kiosk beside writing. Everything else that is
 * not a character is swallowed: function keys, keys of browsers and of media,
 * and Insert, which pastes. The machine's keymap lacks them, too; this is the
 * second lock, and the only one where an ordinary browser shows the kiosk.
 */
const keys = new Set([
  'Enter', 'Tab', 'Escape', 'Backspace', 'Delete', 'Shift', 'CapsLock', 'AltGraph', 'Dead', 'Process', 'Compose',
  'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown',
]);

/** Is it a plain character, or one of {@link keys}, without a chord? Khmer keys may write two code points. */
export function isHarmless({ key, ctrlKey, altKey, metaKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>): boolean {
  // AltGr is none of the three on Linux: it writes Khmer, and is let through.
  if (ctrlKey || altKey || metaKey) return false;
  return keys.has(key) || /^(?:[ -~]|\P{ASCII}+)$/u.test(key);
}

/**
 * Shuts what a browser offers beside the page, whatever is touched, typed,
 * dragged or plugged in: menus, selections, the clipboard (which would hand one
 * citizen's words to the next), zoom, foreign addresses. The policies of the
 * terminal's browser forbid most of it once more.
 */
export function lockPage(page: Document): void {
  const prevent = (event: Event): void => event.preventDefault();
  const hold = (target: EventTarget, names: readonly string[], listener: (event: Event) => void): void => {
    // Not passive, and before anybody else has a say.
    for (const name of names) target.addEventListener(name, listener, { capture: true, passive: false });
  };
  hold(page, ['contextmenu', 'selectstart', 'copy', 'cut', 'paste', 'dragstart', 'dragenter', 'drop'], prevent);
  hold(page, ['dragover'], (event) => {
    event.preventDefault();
    const { dataTransfer } = event as DragEvent;
    if (dataTransfer !== null) dataTransfer.dropEffect = 'none';
  });
  // The middle button pastes and opens, the side buttons go through the history.
  hold(page, ['mousedown', 'mouseup', 'auxclick'], (event) => { if ((event as MouseEvent).button !== 0) event.preventDefault(); });
  hold(page, ['wheel'], (event) => { if ((event as WheelEvent).ctrlKey) event.preventDefault(); });
  hold(page, ['keydown'], (event) => { if (!isHarmless(event as KeyboardEvent)) event.preventDefault(); });
  // In a field a selection begins without asking (Chromium 156): what a finger or a mouse selects is let fall.
  let held = false;
  const letFall = (): void => {
    const field = page.activeElement;
    if (field instanceof HTMLInputElement && field.selectionStart !== field.selectionEnd) field.setSelectionRange(field.selectionEnd, field.selectionEnd);
  };
  hold(page, ['pointerdown', 'mousedown'], () => { held = true; });
  hold(page, ['pointerup', 'pointercancel', 'mouseup', 'contextmenu', 'click'], () => {
    held = false;
    letFall();
  });
  page.addEventListener('selectionchange', () => { if (held) letFall(); });
  page.defaultView?.navigation.addEventListener('navigate', (event) => {
    // On a kiosk there is nothing to go back to; a phone that followed a link here may.
    const leaves = event.navigationType === 'push' || event.navigationType === 'replace';
    if (leaves && !event.destination.sameDocument) event.preventDefault();
  });
}

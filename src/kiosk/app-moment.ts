/** Put in by the build, from the baseline's timestamp. */
declare const __APP_SIGNED__: number | undefined;

/** When the content that is built into this app was signed, ms; a page that was not built has none. */
export const appSigned: number = typeof __APP_SIGNED__ === 'number' ? __APP_SIGNED__ : 0;

/**
 * The machine's clock, as far as it can be right: it is not earlier than the app.
 * A board without a battery believes in 1970 or in the year of its firmware. What
 * came later than the app moves it no further: the hub's word may not choose a day.
 */
export function notBeforeApp(clock: number, signed = appSigned): number {
  return Math.max(clock, signed);
}

/** Put in by the build, from `package.json`. */
declare const __APP_VERSION__: string | undefined;

/** Version of this app; a page that was not built has none. */
export const appVersion: string = typeof __APP_VERSION__ === 'string' ? __APP_VERSION__ : 'unbuilt';

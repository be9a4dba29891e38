/** The library's build without polyfills; it ships its types beside another file. */
declare module 'simple-keyboard/build/index.modern.esm.js' {
  export { SimpleKeyboard } from 'simple-keyboard/build/index.modern.js';
}

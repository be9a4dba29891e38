/** Every number that scanning depends on, with its unit. */
export const scanLimits = {
  camera: {
    /** Picture asked of the camera, pixels. A receipt's code at arm's length is then over 3 pixels a module. */
    idealWidth: 1280,
    idealHeight: 720,
    /** Frames looked at per second, at most; the pause between two is at least 1/fps. */
    framesPerSecond: 10,
    /** A camera that delivers no picture for this long after opening counts as lost, ms. */
    firstPicture: 10_000,
    /** A code still in view is handed over again only after it was out of sight this long, ms. */
    sameCodeSilence: 2_000,
    /** How often a lost camera is tried again when nothing announces its return, ms. */
    retryInterval: 5_000,
  },
  /**
   * How a frame is looked at, in this order until a code is found: `scale` of
   * its size, `blur` as Gaussian sigma in pixels. Noise and the moiré of phone
   * screens hide a code from the sharp look and not from the soft ones. Chosen
   * on 320 generated receipts of seed 2, none of those that the rate is reported
   * for: the sharp look alone reads 85 %, the four together 92 %. The first
   * takes 3 ms on a desktop and mostly suffices, each of the others about 10 ms.
   */
  looks: [
    { scale: 0.5, blur: 0 },
    { scale: 1, blur: 1 },
    { scale: 1, blur: 1.5 },
    { scale: 1, blur: 0 },
  ],
  usbScanner: {
    /** Longest pause between two keys of a scanner, ms. Scanners send a key every 4 to 30 ms; typists need about 100. */
    maxKeyGap: 50,
    /** Longest pause between the last character and Enter, ms: some scanners send the suffix as a report of its own. */
    maxSuffixGap: 120,
    /** Shortest text taken for a scan, characters. Fast typists roll two or three keys, never eight. */
    minLength: 8,
    /** Longest text kept, characters; a QR code holds 4,296 at most. */
    maxLength: 4_296,
  },
} as const;

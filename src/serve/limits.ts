/** Limits of every server of ours, with their units: the hub and a terminal's agent. */
export const serverLimits = {
  /** bytes of a request's body: 100 reports of the longest kind fit twice */
  body: 65_536,
  /** characters of one path parameter: a registration code in Khmer, percent-encoded */
  pathParameter: 600,
  /** milliseconds a connection stays open between two requests: longer than between two questions of a kiosk in use */
  keepAlive: 72_000,
  /** milliseconds a client may take to send a whole request: a picture of 400 kB over 64 kbit/s is under way for 50 s, and its terminal gives it 60 */
  request: 90_000,
  /** milliseconds of these for the headers */
  headers: 20_000,
} as const;

/** Those that Node itself holds clients to. */
export const httpTimeouts = {
  requestTimeout: serverLimits.request,
  headersTimeout: serverLimits.headers,
  keepAliveTimeout: serverLimits.keepAlive,
} as const;

/** Paths of the hub, shared by the apps that call them and the hub that serves them. */
export const paths = {
  health: '/api/v1/health',
  /** Followed by the canonical registration code. */
  applications: '/api/v1/applications/',
  reports: '/api/v1/reports',
  /** What a kiosk has to know before it has content: {@link ./terminal.ts}. */
  terminal: '/api/v1/terminal',
  /** Followed by the name of a file of the content repository: `metadata/…`, `targets/…`, `changes/…`. */
  content: '/content/',
  samples: '/samples/',
} as const;

/** Header in which a kiosk names itself, for rate limits and reports. */
export const kioskHeader = 'x-kiosk-id';

import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** Everything that may run or load, by kind. `wasm-unsafe-eval`: the QR decoder is WebAssembly. */
export const contentSecurityPolicy: Readonly<Record<string, readonly string[]>> = {
  'default-src': ["'none'"],
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
  'media-src': ["'self'", 'blob:'],
  'worker-src': ["'self'"],
  'manifest-src': ["'self'"],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
};

/** The kiosk scans receipts with its camera; everything else a browser could offer stays off. */
export const permissionsPolicy = [
  'camera=(self)',
  ...[
    'accelerometer', 'autoplay', 'browsing-topics', 'display-capture', 'encrypted-media', 'fullscreen', 'gamepad', 'geolocation',
    'gyroscope', 'hid', 'idle-detection', 'local-fonts', 'magnetometer', 'microphone', 'midi', 'payment', 'picture-in-picture',
    'publickey-credentials-get', 'screen-wake-lock', 'serial', 'storage-access', 'usb', 'window-management', 'xr-spatial-tracking',
  ].map((feature) => `${feature}=()`),
].join(', ');

/**
 * Route options of a plain carrier of files that are no page and run nowhere: of
 * all security headers it needs but one. The others are 1.5 kB, several times
 * what a kiosk otherwise pays to learn that nothing has changed.
 */
export const bareRoute = { helmet: false, config: { bare: true } } as const;

/** Sets the security headers on every answer, errors included. */
export async function useSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: Object.fromEntries(Object.entries(contentSecurityPolicy).map(([name, values]) => [name, [...values]])) },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    // Ours speak plain HTTP on a local network or on loopback; whoever puts TLS before it sets this there.
    strictTransportSecurity: false,
  });
  app.addHook('onRequest', async (request, reply) => {
    if ('bare' in request.routeOptions.config) void reply.header('x-content-type-options', 'nosniff');
    else void reply.header('permissions-policy', permissionsPolicy);
  });
}

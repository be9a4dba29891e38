import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import { kioskHeader } from '../api/paths.ts';
import type { HubInstance } from './app.ts';
import { RequestError } from '../serve/errors.ts';
import type { Rate } from './limits.ts';
import { kioskName } from '../serve/log.ts';

/** Where a request comes from, for whatever is limited by address: of IPv6 the network of 64 bits, of which anybody with a line has 2^64 addresses. */
export function addressOf(request: FastifyRequest): string {
  return normalizeIP(request.ip);
}

/**
 * Makes the check that holds one route to its rate: per kiosk at an address,
 * and per address. Fails with `tooManyRequests`.
 * @param header in which a client names itself
 */
export function rateCheck(app: HubInstance, rate: Rate, header: string = kioskHeader): (request: FastifyRequest) => Promise<void> {
  const checks = [
    app.createRateLimit({ max: rate.perKiosk, timeWindow: rate.window, keyGenerator: (request) => `${addressOf(request)} ${kioskName(request.headers[header])}` }),
    app.createRateLimit({ max: rate.perAddress, timeWindow: rate.window, keyGenerator: addressOf }),
  ];
  return async (request) => {
    for (const check of checks) {
      const verdict = await check(request);
      if (!verdict.isAllowed && verdict.isExceeded) {
        throw new RequestError('tooManyRequests', 'This kiosk or its address asks more often than the limit in src/hub/limits.ts.', verdict.ttlInSeconds);
      }
    }
  };
}

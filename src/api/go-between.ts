/**
 * Whether an HTTP status is a go-between's word that nobody answered it: bad
 * gateway, unavailable, gateway timeout. So does a terminal's agent speak of a hub
 * that is away: whoever asked has had no answer, rather than one that makes no sense.
 */
export function nobodyAnswered(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}

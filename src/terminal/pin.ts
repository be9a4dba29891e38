import { pinLength } from '../api/agent.ts';
import { checkSecret, fullCost, hashSecret } from '../serve/secret-hash.ts';

/**
 * The staff's PIN: typed on the panel, kept only as a hash.
 *
 * Six digits are a million tries for whoever has read the hash, whatever it costs
 * to make one: what protects a PIN is that only root and the agent can read the
 * file, and that the agent lets a person wait between two tries. The cost of a
 * hash makes a stolen one a matter of days instead of seconds.
 */

/** Where the hash is kept: root:owso-kiosk-agent, 0640. */
export const pinFile = '/etc/owso-kiosk/pin';

/** The line for {@link pinFile}. */
export function hashPin(pin: string): Promise<string> {
  return hashSecret(pin, fullCost);
}

/** Whether a PIN is the one whose line was kept. */
export const checkPin = checkSecret;

/** Why a PIN is not taken. */
export type PinFault = 'notDigits' | 'length' | 'fewDigits' | 'sequence' | 'repeated' | 'known';

/** Every step from a digit to the next is the same one: 123456, 987654, 890123, 246802. */
function isSequence(pin: string): boolean {
  const steps = new Set(Array.from(pin.slice(1), (digit, index) => (Number(digit) - Number(pin[index]) + 10) % 10));
  return steps.size === 1;
}

/** A short piece over and over: 123123, 454545. */
function isRepeated(pin: string): boolean {
  for (let length = 1; length <= pin.length / 2; length += 1) {
    if (pin.length % length === 0 && pin.slice(0, length).repeat(pin.length / length) === pin) return true;
  }
  return false;
}

/**
 * What speaks against a PIN that somebody chose; nothing if it may be used.
 * @param known numbers that stand on the terminal or its papers, such as the office's code
 */
export function pinFault(pin: string, known: readonly string[] = []): PinFault | undefined {
  if (!/^\d*$/.test(pin)) return 'notDigits';
  if (pin.length < pinLength.least || pin.length > pinLength.most) return 'length';
  if (isSequence(pin)) return 'sequence';
  if (isRepeated(pin)) return 'repeated';
  if (new Set(pin).size < 3) return 'fewDigits';
  if (known.some((number) => number.length >= 4 && pin.includes(number))) return 'known';
  return undefined;
}

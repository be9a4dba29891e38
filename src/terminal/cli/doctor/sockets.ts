/** A socket that waits for others to speak first. */
export interface OpenSocket {
  readonly protocol: 'tcp' | 'udp';
  /** Address as people write it. */
  readonly address: string;
  readonly port: number;
  readonly loopback: boolean;
  readonly inode: string;
}

/** States of `include/net/tcp_states.h`: a TCP socket that listens, a UDP socket that is bound to no partner. */
const waitingState = { tcp: '0A', udp: '07' } as const;

/** An address of `/proc/net`: hex of 32-bit words in the machine's (little) byte order. */
function addressOf(hex: string): { readonly address: string; readonly loopback: boolean } {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)));
  if (bytes.length === 4) return { address: bytes.join('.'), loopback: bytes[0] === 127 };
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (mapped) return { address: bytes.slice(12).join('.'), loopback: bytes[12] === 127 };
  const groups = Array.from({ length: 8 }, (_, index) => (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16));
  const address = `[${groups.join(':').replace(/(?:^|:)0(?::0)+(?::|$)/, '::')}]`;
  return { address, loopback: address === '[::1]' };
}

/** Sockets of a table such as `/proc/net/tcp6` that wait for others. */
export function openSockets(protocol: OpenSocket['protocol'], table: string): readonly OpenSocket[] {
  return table.split('\n').flatMap((line) => {
    const match = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) \S+ \S+ \S+\s+\d+\s+\d+ (\d+)/.exec(line);
    const [, hex, port, state, inode] = match ?? [];
    if (hex === undefined || port === undefined || inode === undefined || state !== waitingState[protocol]) return [];
    return [{ protocol, ...addressOf(hex), port: Number.parseInt(port, 16), inode }];
  });
}

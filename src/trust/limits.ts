/** Every limit of what is accepted from outside, with its unit. Anything beyond is refused before it is read further. */
export const limits = {
  /** bytes of a root metadata file */
  root: 512_000,
  /** bytes of the timestamp metadata file */
  timestamp: 16_384,
  /** bytes of the snapshot metadata file, where the timestamp names no length: 2,000 roles fit ten times */
  snapshot: 2_000_000,
  /** bytes of a targets metadata file, delegated or not, where the snapshot names no length: 2,000 delegations fit four times */
  targets: 5_000_000,
  /** new root versions in one refresh (specification 5.3.3) */
  rootRotations: 256,
  /** roles looked at for one target (specification 5.6.7.1) */
  delegations: 32,
  /** delegations below the top-level targets role, as deep as our own repository goes */
  depth: 4,
  /** delegated roles in one release: every office of the country fits twice */
  roles: 4_000,
  /** keys or roles in one file */
  entries: 10_000,
  /** signatures in one file */
  signatures: 1_000,
  /** nested arrays and objects of a metadata file */
  nesting: 64,
  /** bytes of one object of content */
  object: 1_000_000,
  /** objects in one release */
  objects: 10_000,
  /** bytes of all metadata of one release */
  sealed: 20_000_000,
  /** bytes of a file of changes between two releases, as it comes over the wire decoded */
  changes: 500_000,
  /** milliseconds that an answer of a hub may pause: a radio link hangs for a while */
  answerPause: 20_000,
  /** bytes a second that an answer must come with on average, after its first pause: 32 kbit/s, before compression. Bounds what drips for ever */
  answerRate: 4_000,
  /** characters of a fee's statement in an address; with two keys it has about 300 */
  statement: 2_000,
  /** bytes of a fee's unit in either language, in the form of a statement */
  statementUnit: 60,
  /** bytes of one signature under a fee: RSA with 4,096 bits */
  statementSignature: 512,
  /** signatures under one fee */
  statementSignatures: 8,
  /** milliseconds that a machine's clock may be behind the moment at which what it has was signed */
  clockBehind: 24 * 3_600_000,
} as const;

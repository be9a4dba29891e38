import type { TrustErrorCode } from '../../trust/result.ts';

/** What a mirror says when it does not take what its upstream offers: what that means and what to do. It serves what it has in every case. */
export const mirrorSentences: Readonly<Record<TrustErrorCode, { readonly what: string; readonly mend: string }>> = {
  absent: { what: 'The upstream lacks a file.', mend: 'If it is the timestamp: UPSTREAM_URL must be the address of a content folder, e.g. https://hub.example/content/. Otherwise the upstream is being written or incomplete: the next attempt will tell.' },
  corrupt: { what: 'The upstream answers with something that is no metadata.', mend: 'Open UPSTREAM_URL in a browser on this machine: a log-in page of the network or a wrong address shows there.' },
  wrongLength: { what: 'A file of the upstream does not have the length that was signed.', mend: 'It was cut or changed on the way or on the upstream: tell whoever runs the upstream if it stays.' },
  wrongHash: { what: 'A file of the upstream is not the one that was signed.', mend: 'It was changed on the way or on the upstream: tell whoever runs the upstream.' },
  forged: { what: 'Something at the upstream is signed falsely in the name of a trusted key.', mend: 'Somebody is trying: tell the ministry and whoever runs the upstream, and keep the log.' },
  thresholdNotMet: { what: 'Something at the upstream is signed by too few of the keys that are trusted, or by others.', mend: 'If the ministry replaced its keys, TRUST_ROOT may be too old. Otherwise tell the ministry and whoever runs the upstream.' },
  rolledBack: { what: 'The upstream offers something older than this mirror has.', mend: 'It was restored from an old copy or somebody is trying: tell whoever runs the upstream.' },
  expired: { what: 'What the upstream offers was not confirmed in time.', mend: 'Is this machine’s clock right? If it is, the hub that holds the online keys has stopped confirming: tell whoever runs it.' },
  clockWrong: { what: 'This machine’s clock is behind the moment at which what it received was signed.', mend: 'Set the clock, or let it follow a time server.' },
  notDelegated: { what: 'The upstream offers something of which nobody may speak.', mend: 'Tell whoever runs the upstream.' },
  tooBig: { what: 'The upstream offers more than a limit allows.', mend: 'Is UPSTREAM_URL right? If it is, tell whoever runs the upstream.' },
  unreachable: { what: 'The upstream gives no answer.', mend: 'Is there a network, is UPSTREAM_URL right, does the upstream run?' },
};

/** Longest line printed, in characters; a faulty key or cell may be as long as its file. */
const longest = 500;

/** Makes one printable line of a message that quotes foreign data, so that the data can neither break nor colour it. */
export function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ');
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

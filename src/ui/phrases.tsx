import type { JSX } from 'preact';

/** A name that breaks at its spaces before anywhere else: Khmer would otherwise part a compound in its middle. */
export function Phrases({ text }: { readonly text: string }): JSX.Element {
  return <>{text.split(' ').flatMap((phrase, index) => [index === 0 ? '' : ' ', <span class="phrase" key={index}>{phrase}</span>])}</>;
}

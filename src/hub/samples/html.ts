/** A piece of HTML that is already safe. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Template tag: every value is escaped, unless it is {@link Html} itself. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  let out = parts[0] ?? '';
  values.forEach((value, index) => {
    const pieces = Array.isArray(value) ? (value as readonly Html[]) : [value as string | Html];
    for (const piece of pieces) out += piece instanceof Html ? piece.text : escape(piece);
    out += parts[index + 1] ?? '';
  });
  return new Html(out);
}

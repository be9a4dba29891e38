/** An answer's text; `undefined` if it is longer than it may be, however long it would go on. @param limit bytes */
export async function shortText(response: Response, limit: number): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > limit) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

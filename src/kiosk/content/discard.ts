/**
 * Gives up an answer whose body nobody wants. A connection that has broken in
 * the meantime refuses even that, and it is of no interest to anybody.
 */
export function discard(answer: { readonly body: Pick<ReadableStream, 'cancel'> | null }): void {
  void answer.body?.cancel().catch(() => undefined);
}

/**
 * Columns of a terminal; 80 where it does not tell (`script`, terminals of build services).
 * @param otherwise - Where the stream is no terminal.
 */
export function columnsOf(stream: NodeJS.WriteStream, otherwise: number): number {
  if (!stream.isTTY) return otherwise;
  return stream.columns > 0 ? stream.columns : 80;
}

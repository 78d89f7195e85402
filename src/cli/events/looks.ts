import { columnsOf } from '../terminal.ts';
import type { Looks } from './text.ts';

/** How text for a person looks on a stream: colours on a terminal that has them, unless they are switched off. */
export function looksOn(stream: NodeJS.WriteStream, wanted: boolean): Looks {
  return {
    color: wanted && stream.isTTY && stream.hasColors() && !process.env['NO_COLOR'],
    width: columnsOf(stream, 110),
  };
}

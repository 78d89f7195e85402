import { UserFault } from '../fault.ts';

/**
 * A pattern, selector or event that cannot be what AWS would accept: where the fault is and why. Lines and columns count
 * from 1, in UTF-16 units; `offset` counts from 0 in the whole text.
 */
export class PatternFault extends UserFault {
  override readonly name = 'PatternFault';
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  /** What is wrong and what to do, without the position. */
  readonly reason: string;

  constructor(text: string, offset: number, reason: string) {
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    const column = offset - before.lastIndexOf('\n');
    super(`line ${line}, column ${column}: ${reason}`);
    this.offset = offset;
    this.line = line;
    this.column = column;
    this.reason = reason;
  }
}

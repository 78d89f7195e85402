import { TooLarge } from '../text/nfa.ts';

/** Thrown inside the search when it has cost more than it may. */
export class WorkLimit extends Error {
  override readonly name = 'WorkLimit';
}

/** Thrown inside the search where a question about texts is beyond it. */
export class BeyondSearch extends Error {
  override readonly name = 'BeyondSearch';
}

/** What a search may still cost, in steps of about a tenth of a microsecond. */
export class Work {
  private left: number;

  constructor(steps: number) {
    this.left = steps;
  }

  /** @throws WorkLimit */
  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new WorkLimit();
  }

  /**
   * Answers a question that may be left open when it costs more than some steps.
   *
   * @throws WorkLimit when all the work is used up
   */
  within<T>(steps: number, question: (work: Work) => T): T | 'too-much' {
    const small = new Work(steps);
    try {
      return question(small);
    } catch (error) {
      if (error instanceof WorkLimit || error instanceof BeyondSearch || error instanceof TooLarge)
        return 'too-much';
      throw error;
    } finally {
      this.left -= steps - Math.max(0, small.left);
    }
  }
}

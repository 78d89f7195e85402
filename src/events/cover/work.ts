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
}

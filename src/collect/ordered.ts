import type { AnswerRecord } from '../snapshot/record.ts';

/** A place in a row of places. Records given to it are passed on when all places before it are closed. */
export interface Slot {
  add(record: AnswerRecord): Promise<void>;
  close(): Promise<void>;
}

/**
 * Brings records that arrive in any order into the order of the slots, so that two runs over the same answers write the
 * same parts. The first open slot passes on at once; later ones wait in memory.
 */
export class OrderedRecords {
  readonly #write: (record: AnswerRecord) => Promise<void>;
  readonly #slots: { records: AnswerRecord[]; closed: boolean }[] = [];
  #head = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(write: (record: AnswerRecord) => Promise<void>) {
    this.#write = write;
  }

  /** The next place in the row. */
  slot(): Slot {
    const slot = { records: [] as AnswerRecord[], closed: false };
    this.#slots.push(slot);
    return {
      add: (record) => {
        slot.records.push(record);
        return this.#advance();
      },
      close: () => {
        slot.closed = true;
        return this.#advance();
      },
    };
  }

  /** Passes on everything that is there, in order, closed or not: for a scan that ends early. */
  flush(): Promise<void> {
    for (const slot of this.#slots) slot.closed = true;
    return this.#advance();
  }

  #advance(): Promise<void> {
    const head = this.#slots[this.#head];
    if (head === undefined || (head.records.length === 0 && !head.closed)) return Promise.resolve();
    this.#work = this.#work.then(async () => {
      for (let slot = this.#slots[this.#head]; slot !== undefined; slot = this.#slots[this.#head]) {
        for (const record of slot.records.splice(0)) await this.#write(record);
        if (!slot.closed || slot.records.length > 0) return;
        this.#head += 1;
      }
    });
    return this.#work;
  }
}

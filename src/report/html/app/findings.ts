import type { FindingResource, FindingWaiver } from '../../../evaluate/finding.ts';
import type { Cause } from '../../../model/unknown.ts';
import { columnAt, unzigzag } from '../columns.ts';
import type { PageMeta, RowBlock } from '../data.ts';
import { allFlags, type Flags } from '../flags.ts';
import { fingerprintText } from '../fingerprint.ts';
import { fillShape } from '../shape.ts';

/** Words of all blocks with one numbering; those known from the header come first, in its order. */
class Words {
  readonly list: string[];
  readonly #index = new Map<string, number>();

  constructor(known: readonly string[] = []) {
    this.list = [];
    for (const word of known) this.add(word);
  }

  add(word: string): number {
    let index = this.#index.get(word);
    if (index === undefined) {
      index = this.list.push(word) - 1;
      this.#index.set(word, index);
    }
    return index;
  }

  /** Numbers of the words of a block. */
  addAll(words: readonly string[]): number[] {
    return words.map((word) => this.add(word));
  }
}

/** Things of all blocks with one numbering, equal ones once. */
class Things<T> {
  readonly list: T[] = [];
  readonly #words = new Words();

  add(thing: T): number {
    const index = this.#words.add(JSON.stringify(thing));
    if (index === this.list.length) this.list.push(thing);
    return index;
  }
}

const nothing = 0xffff_ffff;

function element<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`the report is damaged: nothing at ${index}`);
  return found;
}

/** All findings, in typed columns: reading one makes a few strings, filtering makes none. */
export class Findings {
  readonly count: number;
  readonly rules: readonly string[];
  readonly types: readonly string[];
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly messages: readonly string[];
  readonly ids: readonly string[];
  readonly waivers: readonly FindingWaiver[];
  readonly causes: readonly Cause[];
  /** Each a list of indexes into `causes`. */
  readonly causeSets: readonly (readonly number[])[];

  /** Columns by row. */
  readonly rule: Uint16Array;
  readonly resource: Uint32Array;
  readonly flag: Uint8Array;
  readonly message: Uint32Array;
  /** 0 for none, else 1 + index into `waivers`. */
  readonly waiver: Uint32Array;
  /** 0 for none, else 1 + index into `causeSets`. */
  readonly causeSet: Uint32Array;
  /** Columns by resource. */
  readonly resourceType: Uint16Array;
  readonly resourceAccount: Uint32Array;
  readonly resourceRegion: Uint16Array;
  readonly resourceId: Uint32Array;
  readonly names: readonly string[];

  readonly #partition: string;
  readonly #stored = new Map<number, string>();
  readonly #detailStart: readonly number[];

  constructor(meta: PageMeta, blocks: readonly RowBlock[]) {
    const { header } = meta;
    const count = blocks.reduce((sum, block) => sum + block.rows, 0);
    const resources = blocks.reduce((sum, block) => sum + block.resources.nameRest.length, 0);
    this.count = count;
    this.#partition = header.manifest.partition;
    this.rule = new Uint16Array(count);
    this.resource = new Uint32Array(count);
    this.flag = new Uint8Array(count);
    this.message = new Uint32Array(count);
    this.waiver = new Uint32Array(count);
    this.causeSet = new Uint32Array(count);
    this.resourceType = new Uint16Array(resources);
    this.resourceAccount = new Uint32Array(resources);
    this.resourceRegion = new Uint16Array(resources);
    this.resourceId = new Uint32Array(resources);

    const rules = new Words(header.rules.map((rule) => rule.id));
    const accounts = new Words(header.manifest.accounts.map((account) => account.id));
    const types = new Words();
    const regions = new Words();
    const messages = new Words();
    const ids = new Words();
    const waivers = new Things<FindingWaiver>();
    const causes = new Things<Cause>();
    const causeSets = new Things<readonly number[]>();
    const names: string[] = [];
    let row = 0;
    let firstResource = 0;
    for (const block of blocks) {
      const blockRules = rules.addAll(block.rules);
      const blockAccounts = accounts.addAll(block.accounts);
      const blockTypes = types.addAll(block.types);
      const blockRegions = regions.addAll(block.regions);
      const blockIds = ids.addAll(block.ids);
      const blockMessages = messages.addAll(block.messages);
      const blockWaivers = block.waivers.map((waiver) => waivers.add(waiver));
      const blockCauses = block.causes.map((cause) => causes.add(cause));
      const blockSets = block.causeSets.map((set) =>
        causeSets.add(set.map((index) => element(blockCauses, index))),
      );
      let name = '';
      block.resources.nameRest.forEach((rest, index) => {
        const at = firstResource + index;
        name = name.slice(0, columnAt(block.resources.namePrefix, index)) + rest;
        names.push(name);
        this.resourceType[at] = element(blockTypes, columnAt(block.resources.type, index));
        this.resourceAccount[at] = element(blockAccounts, columnAt(block.resources.account, index));
        this.resourceRegion[at] = element(blockRegions, columnAt(block.resources.region, index));
        this.resourceId[at] = element(blockIds, columnAt(block.resources.id, index));
      });
      let next = 0;
      let fingerprint = 0;
      for (let index = 0; index < block.rows; index += 1, row += 1) {
        this.rule[row] = element(blockRules, columnAt(block.rule, index));
        const resource = next + unzigzag(columnAt(block.resource, index));
        next = resource + 1;
        this.resource[row] = firstResource + resource;
        const flag = columnAt(block.flags, index);
        this.flag[row] = flag;
        if (element(allFlags, flag).storedFingerprint)
          this.#stored.set(row, element(block.fingerprints, fingerprint++));
        this.message[row] = element(blockMessages, columnAt(block.message, index));
        const waiver = columnAt(block.waiver, index);
        if (waiver > 0) this.waiver[row] = 1 + element(blockWaivers, waiver - 1);
        const set = columnAt(block.causeSet, index);
        if (set > 0) this.causeSet[row] = 1 + element(blockSets, set - 1);
      }
      firstResource += block.resources.nameRest.length;
    }
    this.rules = rules.list;
    this.accounts = accounts.list;
    this.types = types.list;
    this.regions = regions.list;
    this.messages = messages.list;
    this.ids = ids.list;
    this.waivers = waivers.list;
    this.causes = causes.list;
    this.causeSets = causeSets.list;
    this.names = names;
    let start = 0;
    this.#detailStart = meta.detailBlocks.map((rows) => (start += rows) - rows);
  }

  ruleOf(row: number): string {
    return element(this.rules, this.rule[row] ?? nothing);
  }

  flagsOf(row: number): Flags {
    return element(allFlags, this.flag[row] ?? nothing);
  }

  accountIndexOf(row: number): number {
    return this.resourceAccount[this.resource[row] ?? nothing] ?? nothing;
  }

  regionIndexOf(row: number): number {
    return this.resourceRegion[this.resource[row] ?? nothing] ?? nothing;
  }

  resourceOf(row: number): FindingResource {
    return this.resourceAt(this.resource[row] ?? nothing);
  }

  /** A resource by its own number. */
  resourceAt(index: number): FindingResource {
    const name = element(this.names, index);
    const account = element(this.accounts, this.resourceAccount[index] ?? nothing);
    const region = element(this.regions, this.resourceRegion[index] ?? nothing);
    const id = fillShape(element(this.ids, this.resourceId[index] ?? nothing), {
      id: '',
      name,
      account,
      region,
    });
    return { type: element(this.types, this.resourceType[index] ?? nothing), id, account, region, name };
  }

  messageOf(row: number): string {
    return fillShape(element(this.messages, this.message[row] ?? nothing), this.resourceOf(row));
  }

  /** Index into `waivers`, or undefined. */
  waiverIndexOf(row: number): number | undefined {
    const index = this.waiver[row] ?? 0;
    return index === 0 ? undefined : index - 1;
  }

  waiverOf(row: number): FindingWaiver | undefined {
    const index = this.waiverIndexOf(row);
    return index === undefined ? undefined : element(this.waivers, index);
  }

  /** Index into `causeSets`, or undefined. */
  causeSetOf(row: number): number | undefined {
    const index = this.causeSet[row] ?? 0;
    return index === 0 ? undefined : index - 1;
  }

  /** The stored fingerprint, or the text whose SHA-256 it is. */
  fingerprintOf(row: number): { readonly hex: string } | { readonly sha256Of: string } {
    const hex = this.#stored.get(row);
    if (hex !== undefined) return { hex };
    return { sha256Of: fingerprintText(this.ruleOf(row), this.#partition, this.resourceOf(row)) };
  }

  /** The detail block that holds a row, and the number of its first row. */
  detailBlockOf(row: number): { readonly block: number; readonly firstRow: number } {
    let low = 0;
    let high = this.#detailStart.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#detailStart[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return { block: low, firstRow: this.#detailStart[low] ?? 0 };
  }
}

import { causesOf } from '../../evaluate/causes.ts';
import type { Finding, FindingResource, FindingWaiver } from '../../evaluate/finding.ts';
import type { Cause } from '../../model/unknown.ts';
import { ColumnWriter, zigzag } from './columns.ts';
import type { RowBlock } from './data.ts';
import { packFlags } from './flags.ts';
import { shaper } from './shape.ts';

/** Words in order of first mention. */
class Dictionary {
  readonly words: string[] = [];
  readonly #index = new Map<string, number>();

  indexOf(word: string): number {
    let index = this.#index.get(word);
    if (index === undefined) {
      index = this.words.push(word) - 1;
      this.#index.set(word, index);
    }
    return index;
  }
}

function sharedPrefix(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let length = 0;
  while (length < end && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}

/** Collects findings into one block of columns. */
export class RowWriter {
  readonly #rules = new Dictionary();
  readonly #types = new Dictionary();
  readonly #accounts = new Dictionary();
  readonly #regions = new Dictionary();
  readonly #ids = new Dictionary();
  readonly #messages = new Dictionary();
  readonly #waivers = new Dictionary();
  readonly #causes = new Dictionary();
  readonly #causeSets = new Dictionary();
  readonly #fingerprints: string[] = [];
  readonly #resources = new Dictionary();
  readonly #type = new ColumnWriter();
  readonly #account = new ColumnWriter();
  readonly #region = new ColumnWriter();
  readonly #namePrefix = new ColumnWriter();
  readonly #nameRest: string[] = [];
  readonly #id = new ColumnWriter();
  readonly #rule = new ColumnWriter();
  readonly #resource = new ColumnWriter();
  readonly #flags = new ColumnWriter();
  readonly #message = new ColumnWriter();
  readonly #waiver = new ColumnWriter();
  readonly #causeSet = new ColumnWriter();
  #rows = 0;
  #lastName = '';
  #nextResource = 0;

  get rows(): number {
    return this.#rows;
  }

  /** `storedFingerprint`: the fingerprint, where it cannot be computed again from the row. */
  add(finding: Finding, storedFingerprint: string | undefined): void {
    const { resource } = finding;
    const shape = shaper(resource);
    this.#rows += 1;
    this.#rule.push(this.#rules.indexOf(finding.rule));
    const index = this.#resourceIndex(resource);
    this.#resource.push(zigzag(index - this.#nextResource));
    this.#nextResource = index + 1;
    this.#flags.push(
      packFlags({
        verdict: finding.verdict,
        severity: finding.severity,
        baseline: finding.baseline,
        storedFingerprint: storedFingerprint !== undefined,
      }),
    );
    if (storedFingerprint !== undefined) this.#fingerprints.push(storedFingerprint);
    this.#message.push(this.#messages.indexOf(shape(finding.message)));
    this.#waiver.push(
      finding.waiver === null ? 0 : 1 + this.#waivers.indexOf(JSON.stringify(waiverFields(finding.waiver))),
    );
    this.#causeSet.push(this.#causeSetIndex(finding));
  }

  #causeSetIndex(finding: Finding): number {
    if (finding.verdict !== 'unknown') return 0;
    const causes = causesOf(finding.reasons).map(({ call, account, region, code, message }) =>
      this.#causes.indexOf(JSON.stringify({ call, account, region, code, message })),
    );
    return 1 + this.#causeSets.indexOf(JSON.stringify(causes));
  }

  #resourceIndex(resource: FindingResource): number {
    const key = JSON.stringify([
      resource.type,
      resource.account,
      resource.region,
      resource.id,
      resource.name,
    ]);
    const known = this.#resources.words.length;
    const index = this.#resources.indexOf(key);
    if (index < known) return index;
    this.#type.push(this.#types.indexOf(resource.type));
    this.#account.push(this.#accounts.indexOf(resource.account));
    this.#region.push(this.#regions.indexOf(resource.region));
    const prefix = sharedPrefix(this.#lastName, resource.name);
    this.#lastName = resource.name;
    this.#namePrefix.push(prefix);
    this.#nameRest.push(resource.name.slice(prefix));
    // The whole id is what `{id}` stands for in other texts; its own shape is made of the other names.
    this.#id.push(this.#ids.indexOf(shaper({ ...resource, id: '' })(resource.id)));
    return index;
  }

  toBlock(): RowBlock {
    return {
      rows: this.#rows,
      rules: this.#rules.words,
      types: this.#types.words,
      accounts: this.#accounts.words,
      regions: this.#regions.words,
      resources: {
        type: this.#type.toColumn(),
        account: this.#account.toColumn(),
        region: this.#region.toColumn(),
        namePrefix: this.#namePrefix.toColumn(),
        nameRest: this.#nameRest,
        id: this.#id.toColumn(),
      },
      ids: this.#ids.words,
      messages: this.#messages.words,
      waivers: this.#waivers.words.map((text) => JSON.parse(text) as FindingWaiver),
      causes: this.#causes.words.map((text) => JSON.parse(text) as Cause),
      causeSets: this.#causeSets.words.map((text) => JSON.parse(text) as number[]),
      rule: this.#rule.toColumn(),
      resource: this.#resource.toColumn(),
      flags: this.#flags.toColumn(),
      message: this.#message.toColumn(),
      waiver: this.#waiver.toColumn(),
      causeSet: this.#causeSet.toColumn(),
      fingerprints: this.#fingerprints,
    };
  }
}

function waiverFields(waiver: FindingWaiver): FindingWaiver {
  return { reason: waiver.reason, owner: waiver.owner, ticket: waiver.ticket, expires: waiver.expires };
}

import { UserFault } from '../fault.ts';
import { AccountNeeded, type OrganizationModel } from '../model/organization.ts';
import type { Resource } from '../model/resource.ts';
import type { ResourceType } from '../model/schema.ts';
import { Unknown, type Cause } from '../model/unknown.ts';
import { mentionsParameters, type CompiledRule } from '../rules/compile/rule.ts';
import { ElementAccountNeeded, Evaluation } from '../rules/compile/subject.ts';
import type { ParameterOverrides, RuleSet } from '../rules/rule-set.ts';
import { compareText } from '../text.ts';
import type { Finding } from './finding.ts';
import { accountsGap, gapsOf, inactiveGap } from './population.ts';
import { isNotApplicable, Row, RuleFinding, verdictOn } from './rule-finding.ts';

export interface EvaluateOptions {
  /**
   * Parameters that differ from the defaults for the resources of an account. Unknown where it is not known which do: the rule
   * is not judged there.
   */
  readonly parameters?: (rule: CompiledRule, account: Resource) => ParameterOverrides | Unknown | undefined;
  /** Whether the words of a finding (message, reasons, evidence) will be read. All of them where left out. */
  readonly reasons?: (finding: Finding) => boolean;
}

/** How an evaluation ended. */
export interface EvaluationEnd {
  /** Remarks on the run, in the order in which they came up. */
  readonly notices: readonly string[];
  /** Checks that stopped with an error of ours; each has a notice. */
  readonly bugs: number;
}

/**
 * Judges every resource of the population by every rule. Gives the findings to `add` one by one, sorted by account, rule,
 * region and resource id. A finding is to be read before `add` returns. Throws only what the snapshot or `add` throws.
 */
export async function evaluate(
  model: OrganizationModel,
  rules: RuleSet,
  add: (finding: Finding) => void,
  options: EvaluateOptions = {},
): Promise<EvaluationEnd> {
  const notices: string[] = [];
  const bugs = { count: 0 };
  const accounts = model.accounts.items.toSorted((a, b) => compareText(a.id, b.id));
  const standIn =
    accounts.find((account) => account.id === model.manifest.organization?.managementAccount) ??
    accounts.find((account) => account.id === model.manifest.caller.account) ??
    accounts[0];
  for (const account of accounts) {
    const run = new AccountRun(model, account, add, options, notices, bugs);
    await model.load(account.id, account.id);
    for (const rule of rules.rules) await run.judge(rules, rule, account === standIn);
  }
  return { notices, bugs: bugs.count };
}

class AccountRun {
  readonly #model: OrganizationModel;
  readonly #account: Resource;
  readonly #add: (finding: Finding) => void;
  readonly #options: EvaluateOptions;
  readonly #notices: string[];
  readonly #bugs: { count: number };
  readonly #evaluation: Evaluation;
  readonly #rows = new Map<string, readonly Row[]>();

  constructor(
    model: OrganizationModel,
    account: Resource,
    add: (finding: Finding) => void,
    options: EvaluateOptions,
    notices: string[],
    bugs: { count: number },
  ) {
    this.#model = model;
    this.#account = account;
    this.#add = add;
    this.#options = options;
    this.#notices = notices;
    this.#bugs = bugs;
    this.#evaluation = new Evaluation(model);
  }

  async judge(rules: RuleSet, base: CompiledRule, standsForUnlisted: boolean): Promise<void> {
    const given = this.#options.parameters?.(base, this.#account);
    const undecided = given instanceof Unknown ? given : undefined;
    const rule = given === undefined || given instanceof Unknown ? base : rules.withParameters(base, given);
    let rows = this.#rows.get(rule.type.name);
    if (rows === undefined) {
      rows = await this.#rowsOf(rule, standsForUnlisted);
      this.#rows.set(rule.type.name, rows);
    }
    const wanted = this.#options.reasons;
    for (const row of rows) {
      const { gap } = row;
      const finding =
        gap === undefined
          ? this.#try(rule, row, undecided)
          : new RuleFinding(rule, row, gap.verdict === 'unknown' ? 'unknown' : 'not-applicable', gap);
      const ready =
        finding instanceof RuleFinding ? finding : await this.#afterLoading(rule, row, finding, undecided);
      if (wanted === undefined || wanted(ready)) {
        const needed = prepare(ready);
        if (needed !== undefined) await this.#prepareAfterLoading(rule, ready, needed);
      }
      this.#add(ready);
    }
  }

  /** A finding, or the account that must be loaded first. */
  #try(rule: CompiledRule, row: Row, undecided: Unknown | undefined): RuleFinding | AccountNeeded {
    try {
      if (undecided !== undefined && mayApply(rule, row)) return undecidedFinding(rule, row, undecided);
      return new RuleFinding(rule, row, verdictOn(rule, row));
    } catch (error) {
      if (error instanceof AccountNeeded) return error;
      return this.#bug(rule, row, error);
    }
  }

  async #afterLoading(
    rule: CompiledRule,
    row: Row,
    first: AccountNeeded,
    undecided: Unknown | undefined,
  ): Promise<RuleFinding> {
    let needed = first;
    for (let round = 0; round < this.#rounds(); round++) {
      await this.#load(needed);
      const next = this.#try(rule, row, undecided);
      if (next instanceof RuleFinding) return next;
      needed = next;
    }
    return this.#bug(rule, row, new Error(`account ${needed.account} is asked for again and again`));
  }

  async #prepareAfterLoading(rule: CompiledRule, finding: RuleFinding, first: Error): Promise<void> {
    let needed: Error | undefined = first;
    for (let round = 0; round < this.#rounds() && needed !== undefined; round++) {
      if (!(needed instanceof AccountNeeded)) {
        this.#report(rule, finding.resource.id, needed);
        break;
      }
      await this.#load(needed);
      needed = prepare(finding);
    }
    if (needed !== undefined) finding.giveUp('the reasons could not be worked out');
  }

  /** What an organization can ask for at most, twice over. */
  #rounds(): number {
    return this.#model.accounts.items.length * 2 + 20;
  }

  async #load(needed: AccountNeeded): Promise<void> {
    const evaluating = needed instanceof ElementAccountNeeded ? needed.element : this.#account.id;
    // The account whose verdict it is stays: what was worked out before would be asked for again, and again.
    await this.#model.load(needed.account, evaluating, this.#account.id);
  }

  async #population(type: ResourceType, standsForUnlisted: boolean): Promise<readonly Row[]> {
    const list = await this.#listed(type);
    const rows = list.items.map((resource) => new Row(resource, this.#evaluation));
    const scope = this.#model.whyMissing.inScope(this.#account.id);
    const gaps =
      list.missing === undefined
        ? []
        : scope?.scan === 'not-active'
          ? [inactiveGap(type, this.#account, scope.state)]
          : [...gapsOf(type, this.#account, list.missing)];
    const { missing } = this.#model.accounts;
    if (missing !== undefined && standsForUnlisted && type.name !== 'organization') {
      const organization = this.#model.manifest.organization?.id ?? 'organization';
      gaps.push(accountsGap(type, this.#account, organization, missing));
    }
    for (const gap of gaps) rows.push(new Row(gap.resource, this.#evaluation, gap.reason));
    return rows.sort(
      (a, b) =>
        compareText(a.resource.region, b.resource.region) || compareText(a.resource.id, b.resource.id),
    );
  }

  async #listed(type: ResourceType): Promise<ReturnType<NonNullable<ResourceType['population']>>> {
    for (let round = 0; ; round++) {
      try {
        return type.population!(this.#account, this.#model);
      } catch (error) {
        if (!(error instanceof AccountNeeded) || round > this.#rounds()) throw error;
        await this.#load(error);
      }
    }
  }

  /** The population of a rule. Where listing it stops with an error of ours, one stand-in that is unknown. */
  async #rowsOf(rule: CompiledRule, standsForUnlisted: boolean): Promise<readonly Row[]> {
    try {
      return await this.#population(rule.type, standsForUnlisted);
    } catch (error) {
      if (error instanceof UserFault) throw error;
      this.#report(rule, this.#account.id, error);
      const missing = new Unknown([bugCause(rule, this.#account, error)]);
      return gapsOf(rule.type, this.#account, missing).map(
        ({ resource, reason }) =>
          new Row(resource, this.#evaluation, {
            ...reason,
            text: 'listing them stopped with an error of trailwarden, please report it',
          }),
      );
    }
  }

  #bug(rule: CompiledRule, row: Row, error: unknown): RuleFinding {
    this.#report(rule, row.resource.id, error);
    return new RuleFinding(rule, row, 'unknown', {
      kind: 'all',
      verdict: 'unknown',
      text: 'the check stopped with an error of trailwarden, please report it',
      causes: [bugCause(rule, row.resource, error)],
    });
  }

  #report(rule: CompiledRule, id: string, error: unknown): void {
    this.#bugs.count += 1;
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#notices.push(
      // What is asked comes first: reports cut what is long.
      `This is a bug of trailwarden, please report it: the rule ${rule.id} stopped on ${id} (${message}).`,
    );
  }
}

function bugCause(rule: CompiledRule, { account, region }: Resource, error: unknown): Cause {
  const message = error instanceof Error ? error.message : String(error);
  return { call: rule.requires[0] ?? 'trailwarden:evaluate', account, region, code: 'Bug', message };
}

/** Whether a rule is about the resource, or would be with other values of its parameters. */
function mayApply(rule: CompiledRule, row: Row): boolean {
  const { when } = rule.document;
  return when === undefined || mentionsParameters(when) || !isNotApplicable(rule, row);
}

/** It is not known which values the parameters have here, so no verdict can be given. */
function undecidedFinding(rule: CompiledRule, row: Row, { causes }: Unknown): RuleFinding {
  const text = 'it is not known which values its parameters have in this account';
  return new RuleFinding(rule, row, 'unknown', { kind: 'parameters', verdict: 'unknown', text, causes });
}

/** Works the words out; gives back what stopped it. */
function prepare(finding: RuleFinding): Error | undefined {
  try {
    finding.prepare();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

import { createHash } from 'node:crypto';

import type { JsonValue } from '../json.ts';
import { AccountNeeded } from '../model/organization.ts';
import type { Resource } from '../model/resource.ts';
import type { Cause } from '../model/unknown.ts';
import { forReports, type Check, type Explaining } from '../rules/compile/check.ts';
import type { Decision } from '../rules/compile/decision.ts';
import { firstId } from '../rules/aliases.ts';
import type { CompiledRule } from '../rules/compile/rule.ts';
import type { Evaluation, Subject } from '../rules/compile/subject.ts';
import { evidenceOf, inOrder } from '../rules/compile/telling.ts';
import { causesOf } from './causes.ts';
import type { Evidence, Finding, FindingResource, Reason, Severity, Verdict } from './finding.ts';
import { messageOf, obtainFix, populationMessage } from './sentences.ts';

/** Answers named by one finding; the reasons name all. */
const mostEvidence = 50;

/** A resource of the population, and as a subject where a check asks for more than its fields. */
export class Row {
  readonly resource: Resource;
  readonly evaluation: Evaluation;
  /** Set where the row stands for resources that were not listed. */
  readonly gap: Reason | undefined;
  #subject: Subject | undefined;

  constructor(resource: Resource, evaluation: Evaluation, gap?: Reason) {
    this.resource = resource;
    this.evaluation = evaluation;
    this.gap = gap;
  }

  get subject(): Subject {
    return (this.#subject ??= this.evaluation.subject(this.resource));
  }
}

/** A finding whose words are worked out when they are read: most verdicts are only counted. */
export class RuleFinding implements Finding {
  readonly verdict: Verdict;
  readonly #compiled: CompiledRule;
  readonly #row: Row;
  /** Given where the verdict does not come from the check. */
  readonly #given: Reason | undefined;
  #words: Words | undefined;

  constructor(compiled: CompiledRule, row: Row, verdict: Verdict, given?: Reason) {
    this.verdict = verdict;
    this.#compiled = compiled;
    this.#row = row;
    this.#given = given;
  }

  get rule(): string {
    return this.#compiled.id;
  }

  get waiver(): null {
    return null;
  }

  get baseline(): null {
    return null;
  }

  get parameters(): { readonly [name: string]: JsonValue } {
    return this.#compiled.parameters;
  }

  get severity(): Severity {
    return this.#given === undefined
      ? this.#compiled.severity(this.#row.subject)
      : this.#compiled.worstSeverity;
  }

  get resource(): FindingResource {
    const { resource } = this.#row;
    return {
      type: this.#compiled.type.name,
      id: resource.id,
      account: resource.account,
      region: resource.region,
      name: resource.name,
    };
  }

  get message(): string {
    const { reasons } = this;
    if (this.#given?.kind === 'population') {
      return populationMessage(this.#row.resource, this.#compiled.type.noun, this.verdict, reasons.text);
    }
    const own = this.verdict === 'not-applicable' ? undefined : this.#compiled.message[this.verdict];
    const text =
      own === undefined || this.#given !== undefined
        ? reasons.text
        : own(this.#row.subject, { reason: reasons.text });
    return messageOf(this.#row.resource, this.#compiled.type.noun, this.verdict, text);
  }

  get fix(): string {
    if (this.verdict === 'fail') {
      const first = fixIn(this.reasons);
      const whole = this.#compiled.fix(this.#row.subject, {});
      return first === undefined ? whole : `${first}\n\n${whole}`;
    }
    return this.verdict === 'unknown' ? obtainFix(this.reasons.causes ?? []) : '';
  }

  get reasons(): Reason {
    if (this.#words !== undefined) return this.#words.reasons;
    try {
      this.prepare();
    } catch (error) {
      if (!(error instanceof AccountNeeded)) throw error;
      // Whoever wants these reasons asks for them when the evaluation starts (`reasons` of its options).
      this.giveUp('the reasons were not asked for in time');
    }
    return this.#words!.reasons;
  }

  get evidence(): readonly Evidence[] {
    const { reasons } = this;
    return (this.#words!.evidence ??= evidenceIn(reasons, this.#row.resource));
  }

  get fingerprint(): string {
    const { resource, evaluation } = this.#row;
    const key = [
      'v1',
      firstId(this.#compiled.document),
      evaluation.model.manifest.partition,
      resource.account,
      resource.region,
      resource.id,
    ];
    return createHash('sha256').update(key.join('|')).digest('hex');
  }

  /** Works the reasons out. Throws {@link AccountNeeded} where they lead into an account that is not loaded. */
  prepare(how: Explaining = forReports): void {
    if (this.#words !== undefined) return;
    const reasons = this.#given ?? explain(this.#compiled, this.#row.subject, this.verdict, how);
    // A condition on the severity may lead somewhere else.
    void this.severity;
    this.#words = { reasons, evidence: undefined };
  }

  /** Ends the search for reasons, where it cannot be finished. */
  giveUp(text: string): void {
    this.#words ??= { reasons: { kind: 'all', verdict: plain(this.verdict), text }, evidence: undefined };
  }
}

/** What is only worked out for findings that are read. */
interface Words {
  readonly reasons: Reason;
  evidence: readonly Evidence[] | undefined;
}

/** Whether the condition of a rule says for certain that it is not about the resource. */
export function isNotApplicable(rule: CompiledRule, row: Row): boolean {
  return rule.when !== undefined && decisionOn(rule.when, row) === 0;
}

/** The verdict of a rule on a resource, on the fast path. */
export function verdictOn(rule: CompiledRule, row: Row): Verdict {
  if (rule.when !== undefined) {
    const applies = decisionOn(rule.when, row);
    if (applies === 0) return 'not-applicable';
    if (applies === 1) return 'unknown';
  }
  const decision = decisionOn(rule.check, row);
  return decision === 2 ? 'pass' : decision === 0 ? 'fail' : 'unknown';
}

function decisionOn({ local, decide }: Check, row: Row): Decision {
  return local === undefined ? decide(row.subject) : local(row.resource, row.evaluation.time);
}

/** The reasons of one rule for one resource. A bug met on the way is told in its place: the verdict stands already. */
export function explain(rule: CompiledRule, subject: Subject, verdict: Verdict, how: Explaining): Reason {
  if (verdict === 'not-applicable' && rule.when !== undefined)
    return { ...rule.when.explain(subject, how), kind: 'when' };
  if (verdict === 'unknown' && rule.when !== undefined && rule.when.decide(subject) === 1)
    return withCauses({ ...rule.when.explain(subject, how), kind: 'when' });
  return withCauses(rule.check.explain(subject, how));
}

/** The root of an unknown verdict names every cause, wherever in the tree it was met. */
function withCauses(reason: Reason): Reason {
  if (reason.verdict !== 'unknown') return reason;
  const causes: readonly Cause[] = inOrder(causesOf(reason));
  return causes.length === 0 ? reason : { ...reason, causes };
}

/** What to do about what failed, where the check itself tells: the first that does. */
function fixIn(reason: Reason): string | undefined {
  if (reason.verdict !== 'fail') return undefined;
  if (reason.fix !== undefined) return capitalized(reason.fix);
  for (const child of reason.children ?? []) {
    const fix = fixIn(child);
    if (fix !== undefined) return fix;
  }
  return undefined;
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function plain(verdict: Verdict): Reason['verdict'] {
  return verdict === 'not-applicable' ? 'fail' : verdict;
}

function evidenceIn(reasons: Reason, resource: Resource): readonly Evidence[] {
  const found = new Map<string, Evidence>();
  const visit = (node: Reason): void => {
    for (const one of node.evidence ?? []) {
      if (found.size >= mostEvidence) return;
      const key = `${one.part}\n${one.line}\n${one.path}`;
      const known = found.get(key);
      if (known === undefined || (known.value === undefined && one.value !== undefined)) found.set(key, one);
    }
    for (const child of node.children ?? []) visit(child);
  };
  visit(reasons);
  const [source] = resource.sources;
  if (found.size === 0 && source !== undefined) return [evidenceOf(source.record, source.path)];
  return [...found.values()];
}

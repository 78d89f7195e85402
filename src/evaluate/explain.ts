import { AccountNeeded, type OrganizationModel } from '../model/organization.ts';
import type { Resource } from '../model/resource.ts';
import type { CompiledRule } from '../rules/compile/rule.ts';
import { everything } from '../rules/compile/check.ts';
import { Evaluation } from '../rules/compile/subject.ts';
import { compareText } from '../text.ts';
import type { Evidence, Finding, Reason, Verdict } from './finding.ts';
import { explain, Row, verdictOn } from './rule-finding.ts';

/** The whole evaluation of one rule on one resource. */
export interface Explanation {
  readonly resource: Resource;
  readonly verdict: Verdict;
  readonly severity: Finding['severity'];
  /** Every part of it, nothing left out. */
  readonly reason: Reason;
}

/** Explains a rule on the resources that are wanted, in the order of accounts, regions and ids. */
export async function explainRule(
  model: OrganizationModel,
  rule: CompiledRule,
  wanted: (resource: Resource) => boolean,
): Promise<readonly Explanation[]> {
  const found: Explanation[] = [];
  for (const account of model.accounts.items.toSorted((a, b) => compareText(a.id, b.id))) {
    await model.load(account.id, account.id);
    const evaluation = new Evaluation(model);
    const list = await loading(model, account, () => rule.type.population!(account, model).items);
    const sorted = list
      .filter(wanted)
      .sort((a, b) => compareText(a.region, b.region) || compareText(a.id, b.id));
    for (const resource of sorted) {
      const row = new Row(resource, evaluation);
      found.push(await loading(model, account, () => explainOne(rule, row)));
    }
  }
  return found;
}

function explainOne(rule: CompiledRule, row: Row): Explanation {
  const verdict = verdictOn(rule, row);
  const { subject } = row;
  return {
    resource: subject.resource,
    verdict,
    severity: rule.severity(subject),
    reason: explain(rule, subject, verdict, everything),
  };
}

async function loading<T>(model: OrganizationModel, account: Resource, work: () => T): Promise<T> {
  for (let round = 0; ; round++) {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof AccountNeeded) || round > model.accounts.items.length * 2 + 20) throw error;
      await model.load(error.account, account.id);
    }
  }
}

/** The tree as lines of text, each part under the one it belongs to. Holds untrusted text. */
export function reasonLines(reason: Reason): readonly string[] {
  const lines: string[] = [];
  const walk = (node: Reason, first: string, rest: string, above: Reason | undefined): void => {
    lines.push(`${first}${node.verdict} ${wordsOf(node, above?.text ?? '')}`);
    const told = new Set((above?.evidence ?? []).map(evidenceText));
    for (const text of (node.evidence ?? []).map(evidenceText))
      if (!told.has(text)) lines.push(`${rest}  ${text}`);
    if (node.witness !== undefined) lines.push(`${rest}  witness ${JSON.stringify(node.witness)}`);
    if (node.fix !== undefined) lines.push(`${rest}  to do: ${node.fix}`);
    const children = partsOf(node);
    for (const [index, child] of children.entries()) {
      const last = index === children.length - 1 && node.omitted === undefined;
      walk(child, `${rest}${last ? '└─ ' : '├─ '}`, `${rest}${last ? '   ' : '│  '}`, node);
    }
    if (node.omitted !== undefined) lines.push(`${rest}└─ (${node.omitted} more)`);
  };
  walk(withoutWrapping(reason), '', '', undefined);
  return lines;
}

function evidenceText({ call, account, region, part, line, path }: Evidence): string {
  return `${call} ${account} ${region} ${part}:${line}${path === '' ? '' : ` ${path}`}`;
}

/** A part that only says again what its one child says gives way to it: the predicate around what it asks. */
function withoutWrapping(node: Reason): Reason {
  const [child, ...others] = node.children ?? [];
  const wraps = child !== undefined && others.length === 0 && child.text === node.text;
  return wraps && node.evidence === undefined && node.omitted === undefined ? withoutWrapping(child) : node;
}

/** What stands under a part. The conditions of a link, all of which must hold, stand there directly. */
function partsOf(node: Reason): readonly Reason[] {
  const children = (node.children ?? []).map((child) => withoutWrapping(child));
  const [only] = children;
  const conditions =
    node.kind === 'link' && children.length === 1 && only?.kind === 'all' && only.omitted === undefined;
  return conditions ? (only.children ?? []) : children;
}

/** A part in words: a link by what it is and where, a path by its links alone where the line above has its text. */
function wordsOf(node: Reason, above: string): string {
  const { kind, field, resource, text, verdict } = node;
  const name = resource === undefined ? '' : resource.name === '' ? resource.id : resource.name;
  if (kind === 'link' && resource !== undefined) {
    const place = resource.region === 'global' ? resource.account : `${resource.account}, ${resource.region}`;
    return `${field ?? kind}: ${name} (${place})${verdict === 'pass' ? '' : `: ${text}`}`;
  }
  if (kind === 'path' && above.includes(text)) return 'path, link by link';
  if (kind === 'field' || kind === 'link') return text;
  return `${kind}${resource === undefined ? '' : ` [${resource.type} ${name}]`}: ${text}`;
}

import { AccountNeeded, type OrganizationModel } from '../model/organization.ts';
import type { Resource } from '../model/resource.ts';
import type { CompiledRule } from '../rules/compile/rule.ts';
import { everything } from '../rules/compile/check.ts';
import { Evaluation } from '../rules/compile/subject.ts';
import { compareText } from '../text.ts';
import type { Finding, Reason, Verdict } from './finding.ts';
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
  const walk = (node: Reason, first: string, rest: string): void => {
    const who =
      node.resource === undefined
        ? ''
        : ` [${node.resource.type} ${node.resource.name === '' ? node.resource.id : node.resource.name}]`;
    lines.push(`${first}${node.verdict} ${node.kind}${who}: ${node.text}`);
    for (const one of node.evidence ?? [])
      lines.push(
        `${rest}  ${one.call} ${one.account} ${one.region} ${one.part}:${one.line}${one.path === '' ? '' : ` ${one.path}`}`,
      );
    if (node.witness !== undefined) lines.push(`${rest}  witness ${JSON.stringify(node.witness)}`);
    const children = node.children ?? [];
    for (const [index, child] of children.entries()) {
      const last = index === children.length - 1 && node.omitted === undefined;
      walk(child, `${rest}${last ? '└─ ' : '├─ '}`, `${rest}${last ? '   ' : '│  '}`);
    }
    if (node.omitted !== undefined) lines.push(`${rest}└─ (${node.omitted} more)`);
  };
  walk(reason, '', '');
  return lines;
}

import type { Decision } from '../compile/decision.ts';
import type { CheckNode, RuleDocument } from '../document.ts';
import type { Place } from '../fault.ts';

/** A part of a check that no case shows from both sides. */
export interface Gap {
  readonly place: Place;
  readonly text: string;
}

/** Remembers what each part of each check came to. */
export class DecisionLog {
  readonly #seen = new Map<CheckNode, Set<Decision>>();

  readonly watch = (node: CheckNode, decision: Decision): void => {
    let seen = this.#seen.get(node);
    if (seen === undefined) this.#seen.set(node, (seen = new Set()));
    seen.add(decision);
  };

  /** Parts of the rule that no case made pass, or none made fail. */
  gaps(rule: RuleDocument): readonly Gap[] {
    return [...(rule.when === undefined ? [] : parts(rule.when)), ...parts(rule.check)].flatMap((node) => {
      const seen = this.#seen.get(node) ?? new Set<Decision>();
      const missing = [...(seen.has(2) ? [] : ['holds']), ...(seen.has(0) ? [] : ['fails'])];
      if (missing.length === 0) return [];
      const text = `no case in which ${described(node)} ${missing.join(', and none in which it ')}`;
      return [{ place: node.place, text }];
    });
  }

  /** How many sides (holds, fails) of the parts of the rule cases have shown, and how many there are. */
  counted(rule: RuleDocument): { readonly shown: number; readonly all: number } {
    const nodes = [...(rule.when === undefined ? [] : parts(rule.when)), ...parts(rule.check)];
    let shown = 0;
    for (const node of nodes) {
      const seen = this.#seen.get(node);
      shown += Number(seen?.has(2) ?? false) + Number(seen?.has(0) ?? false);
    }
    return { shown, all: nodes.length * 2 };
  }
}

/** The parts that decide something by themselves: fields, quantifiers, predicates. */
function parts(node: CheckNode): readonly CheckNode[] {
  switch (node.kind) {
    case 'field':
    case 'parameter':
    case 'is':
    case 'asks':
      return [node];
    case 'all':
    case 'any':
      return node.checks.flatMap(parts);
    case 'not':
      return parts(node.check);
    case 'some':
    case 'none':
      return [node, ...(node.where === undefined ? [] : parts(node.where))];
    case 'every':
      return [node, ...(node.where === undefined ? [] : parts(node.where)), ...parts(node.must)];
    case 'together':
      return [
        node,
        ...node.ways.flatMap((way) =>
          way.links.flatMap((link) => (link.where === undefined ? [] : parts(link.where))),
        ),
      ];
  }
}

function described(node: CheckNode): string {
  switch (node.kind) {
    case 'field':
      return `the test of ${node.path.text}`;
    case 'parameter':
      return `the test of $${node.name}`;
    case 'some':
    case 'none':
    case 'every':
      return `${node.kind}: ${node.relation.text}`;
    case 'is':
      return `is: ${node.predicate.name}`;
    case 'asks':
      return `asks: ${node.inquiry.name}`;
    case 'together':
      return 'together';
    case 'all':
    case 'any':
    case 'not':
      return node.kind;
  }
}

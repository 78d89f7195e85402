import type { JsonValue } from '../../json.ts';
import type { ResourceType } from '../../model/schema.ts';
import type { CallName } from '../../snapshot/record.ts';
import type { CheckNode, ParameterDocument, PredicateDocument, ValueNode } from '../document.ts';
import type { FaultList } from '../fault.ts';
import { didYouMean } from '../../suggest.ts';
import type { Check } from './check.ts';
import type { EventAlgebra, EventSetReference } from './algebra.ts';
import type { Slots } from './subject.ts';

/** Values of the parameters in force where a check is compiled. */
export type ParameterValues = ReadonlyMap<
  string,
  { readonly value: JsonValue; readonly document: ParameterDocument }
>;

/** What compiling a check needs besides the check. */
export interface CompileContext {
  readonly types: ReadonlyMap<string, ResourceType>;
  readonly predicates: ReadonlyMap<string, PredicateDocument>;
  /** Predicates that exist and have faults of their own, which need not be told again. */
  readonly unsound: ReadonlySet<string>;
  readonly eventSets: ReadonlyMap<string, EventSetReference>;
  readonly algebra: EventAlgebra;
  readonly faults: FaultList;
  readonly slots: Slots;
  /** Gathers the calls that can decide the check. */
  readonly calls: Set<CallName>;
  /** Gathers the event sets and predicates that are used. */
  readonly used: Set<string>;
  /** Values of parameters here. */
  readonly values: ParameterValues;
  /** Compiles a part. Undefined where it has faults, which are then in `faults`. */
  check(node: CheckNode, type: ResourceType): Check | undefined;
  /** Compiles a predicate with these values; kept, so that equal uses share their work. */
  predicate(id: string, values: ParameterValues): Check | undefined;
}

/** The value written, or that of the parameter; undefined and a fault where there is no such parameter. */
export function valueOf(context: CompileContext, node: ValueNode): JsonValue | undefined {
  if (node.kind === 'literal') return node.value;
  const known = context.values.get(node.name);
  if (known === undefined)
    return context.faults.add(
      node.place,
      `there is no parameter ${node.name}`,
      context.values.size === 0
        ? 'declare it under params, or write $$ for a dollar sign'
        : didYouMean(node.name, context.values.keys()),
    );
  return known.value;
}

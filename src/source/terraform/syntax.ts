import type { JsonValue } from '../../json.ts';
import type { TextPlace } from '../../yaml.ts';

/** An expression of HCL, as far as a name can be worked out of it; everything else is `other`. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: JsonValue }
  | { readonly kind: 'template'; readonly parts: readonly Expression[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [Expression, Expression])[] }
  /** `var.names[0]`: the first step is a name, the others names or indexes. */
  | { readonly kind: 'reference'; readonly root: string; readonly steps: readonly (string | Expression)[] }
  | {
      readonly kind: 'conditional';
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'other' };

export const otherExpression: Expression = { kind: 'other' };

/** A block or the whole file: `resource "aws_sns_topic" "alerts" { ... }`. */
export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly place: TextPlace;
  readonly attributes: ReadonlyMap<string, Expression>;
  readonly blocks: readonly Block[];
}

/** What a file of Terraform holds, or the first thing that is wrong with it. */
export type Parsed = { readonly body: Block } | { readonly fault: TextPlace & { readonly message: string } };

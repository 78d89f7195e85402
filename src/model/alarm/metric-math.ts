import { Undecided } from './stream.ts';

/**
 * Metric math over one datapoint, for the expressions that never fall when one of their metrics rises: sums, maxima,
 * products and quotients by a positive number, FILL with a number, IF on a threshold. Only for those does the smallest
 * value of a metric give the smallest value of the expression. Anything else is undecided.
 */
export type MathNode =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'metric'; readonly id: string }
  | { readonly kind: 'sum' | 'max'; readonly parts: readonly MathNode[] }
  | { readonly kind: 'scale'; readonly part: MathNode; readonly factor: number }
  | { readonly kind: 'fill'; readonly part: MathNode; readonly value: number }
  | {
      readonly kind: 'if';
      readonly part: MathNode;
      readonly strict: boolean;
      readonly above: number;
      readonly whenAbove: number;
      readonly otherwise: number;
    };

/** The value of an expression; undefined where a metric without a datapoint leaves it without one. */
export function evaluateMath(
  node: MathNode,
  valueOf: (id: string) => number | undefined | Undecided,
): number | undefined | Undecided {
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'metric':
      return valueOf(node.id);
    case 'scale': {
      const value = evaluateMath(node.part, valueOf);
      return typeof value === 'number' ? value * node.factor : value;
    }
    case 'fill':
      return evaluateMath(node.part, valueOf) ?? node.value;
    case 'if': {
      const value = evaluateMath(node.part, valueOf);
      if (typeof value !== 'number') return value;
      return (node.strict ? value > node.above : value >= node.above) ? node.whenAbove : node.otherwise;
    }
    case 'sum':
    case 'max': {
      let result: number | undefined;
      let gaps = false;
      for (const part of node.parts) {
        const value = evaluateMath(part, valueOf);
        if (value instanceof Undecided) return value;
        if (value === undefined) gaps = true;
        else if (result === undefined) result = value;
        else result = node.kind === 'sum' ? result + value : Math.max(result, value);
      }
      if (!gaps) return result;
      if (result === undefined) return undefined;
      return new Undecided('its metric math combines metrics of which some have no datapoint, without FILL');
    }
  }
}

/**
 * Reads a metric math expression.
 *
 * @param metrics - Ids of the metrics in the alarm, for METRICS().
 */
export function parseMath(text: string, metrics: readonly string[]): MathNode | Undecided {
  const tokens = text.match(/[A-Za-z_][A-Za-z0-9_]*|\d+(?:\.\d+)?|>=|[-+*/(),[\]>]|\S/g) ?? [];
  const reader = new Reader(tokens, metrics);
  const node = reader.sum();
  if (node === undefined || !reader.atEnd()) {
    return new Undecided(`its metric math ${JSON.stringify(text)} is not analysed`);
  }
  return node;
}

/** A reader by recursive descent; undefined stands for "not one of the shapes we decide". */
class Reader {
  readonly #tokens: readonly string[];
  readonly #metrics: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[], metrics: readonly string[]) {
    this.#tokens = tokens;
    this.#metrics = metrics;
  }

  atEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  sum(): MathNode | undefined {
    const first = this.#product();
    if (first === undefined) return undefined;
    const parts = [first];
    while (this.#take('+')) {
      const next = this.#product();
      if (next === undefined) return undefined;
      parts.push(next);
    }
    return parts.length === 1 ? first : { kind: 'sum', parts };
  }

  #product(): MathNode | undefined {
    let node = this.#operand();
    for (;;) {
      const times = this.#take('*');
      if (!times && !this.#take('/')) return node;
      const right = this.#operand();
      if (node === undefined || right === undefined) return undefined;
      if (right.kind === 'number' && right.value > 0) {
        node = { kind: 'scale', part: node, factor: times ? right.value : 1 / right.value };
      } else if (times && node.kind === 'number' && node.value > 0) {
        node = { kind: 'scale', part: right, factor: node.value };
      } else return undefined;
    }
  }

  #operand(): MathNode | undefined {
    if (this.#take('(')) {
      const node = this.sum();
      return this.#take(')') ? node : undefined;
    }
    const token = this.#tokens[this.#at];
    if (token === undefined) return undefined;
    if (/^\d/.test(token)) {
      this.#at += 1;
      return { kind: 'number', value: Number(token) };
    }
    if (!/^[A-Za-z_]/.test(token)) return undefined;
    this.#at += 1;
    if (!this.#take('(')) return { kind: 'metric', id: token };
    switch (token) {
      case 'SUM':
        return this.#array('sum');
      case 'MAX':
        return this.#array('max');
      case 'FILL':
        return this.#fill();
      case 'IF':
        return this.#condition();
      default:
        return undefined;
    }
  }

  #array(kind: 'sum' | 'max'): MathNode | undefined {
    const parts: MathNode[] = [];
    if (this.#take('METRICS')) {
      if (!this.#take('(') || !this.#take(')')) return undefined;
      parts.push(...this.#metrics.map((id) => ({ kind: 'metric', id }) as const));
    } else {
      if (!this.#take('[')) return undefined;
      do {
        const part = this.sum();
        if (part === undefined) return undefined;
        parts.push(part);
      } while (this.#take(','));
      if (!this.#take(']')) return undefined;
    }
    return this.#take(')') && parts.length > 0 ? { kind, parts } : undefined;
  }

  #fill(): MathNode | undefined {
    const part = this.sum();
    if (part === undefined || !this.#take(',')) return undefined;
    const value = this.#number();
    return value !== undefined && this.#take(')') ? { kind: 'fill', part, value } : undefined;
  }

  #condition(): MathNode | undefined {
    const part = this.sum();
    if (part === undefined) return undefined;
    const strict = this.#take('>');
    if (!strict && !this.#take('>=')) return undefined;
    const above = this.#number();
    if (!this.#take(',')) return undefined;
    const whenAbove = this.#number();
    if (!this.#take(',')) return undefined;
    const otherwise = this.#number();
    if (above === undefined || whenAbove === undefined || otherwise === undefined) return undefined;
    // Otherwise a rising metric would lower the result.
    if (!this.#take(')') || whenAbove < otherwise) return undefined;
    return { kind: 'if', part, strict, above, whenAbove, otherwise };
  }

  #number(): number | undefined {
    const negative = this.#take('-');
    const token = this.#tokens[this.#at];
    if (token === undefined || !/^\d/.test(token)) return undefined;
    this.#at += 1;
    return negative ? -Number(token) : Number(token);
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }
}

/** A boolean that may be undecided. */
export type Maybe = boolean | undefined;

/** State in which CloudWatch finds an alarm. */
export type AlarmState = 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';

/** The rule of a composite alarm: which states of other alarms put it into ALARM. */
export type RuleNode =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'state'; readonly state: AlarmState; readonly alarm: string }
  | { readonly kind: 'not'; readonly part: RuleNode }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly RuleNode[] }
  | { readonly kind: 'at-least'; readonly count: number; readonly parts: readonly RuleNode[] };

/**
 * Whether a rule holds.
 *
 * @param isIn - Whether an alarm (by name or ARN, as the rule names it) is in a state; undefined where that is open.
 */
export function holds(rule: RuleNode, isIn: (alarm: string, state: AlarmState) => Maybe): Maybe {
  switch (rule.kind) {
    case 'constant':
      return rule.value;
    case 'state':
      return isIn(rule.alarm, rule.state);
    case 'not': {
      const value = holds(rule.part, isIn);
      return value === undefined ? undefined : !value;
    }
    case 'and': {
      const values = rule.parts.map((part) => holds(part, isIn));
      return values.includes(false) ? false : values.includes(undefined) ? undefined : true;
    }
    case 'or': {
      const values = rule.parts.map((part) => holds(part, isIn));
      return values.includes(true) ? true : values.includes(undefined) ? undefined : false;
    }
    case 'at-least': {
      const values = rule.parts.map((part) => holds(part, isIn));
      const certain = values.filter((value) => value === true).length;
      const possible = values.filter((value) => value !== false).length;
      return certain >= rule.count ? true : possible >= rule.count ? undefined : false;
    }
  }
}

/** Alarms that a rule names, in the order in which it names them, each once. */
export function alarmsIn(rule: RuleNode): readonly string[] {
  switch (rule.kind) {
    case 'constant':
      return [];
    case 'state':
      return [rule.alarm];
    case 'not':
      return alarmsIn(rule.part);
    case 'and':
    case 'or':
    case 'at-least':
      return [...new Set(rule.parts.flatMap(alarmsIn))];
  }
}

/**
 * Reads the rule expression of a composite alarm (CloudWatch API reference, PutCompositeAlarm): `ALARM(x)`, `OK(x)`,
 * `INSUFFICIENT_DATA(x)`, `TRUE`, `FALSE`, `AND`, `OR`, `NOT`, parentheses, and `AT_LEAST(n, STATE, (x, y))` with a
 * number or a percentage. Names may stand in double quotes. NOT binds stronger than AND, AND stronger than OR.
 * Undefined for an expression that is none.
 */
export function parseCompositeRule(text: string): RuleNode | undefined {
  const reader = new Reader(text);
  const rule = reader.or();
  return rule !== undefined && reader.atEnd() ? rule : undefined;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    this.#space();
    return this.#at === this.#text.length;
  }

  or(): RuleNode | undefined {
    return this.#chain('or', 'OR', () => this.#chain('and', 'AND', () => this.#not()));
  }

  #chain(kind: 'and' | 'or', word: string, next: () => RuleNode | undefined): RuleNode | undefined {
    const parts: RuleNode[] = [];
    do {
      const part = next();
      if (part === undefined) return undefined;
      parts.push(part);
    } while (this.#word(word));
    const [only] = parts;
    return parts.length === 1 ? only : { kind, parts };
  }

  #not(): RuleNode | undefined {
    if (this.#word('NOT')) {
      const part = this.#not();
      return part === undefined ? undefined : { kind: 'not', part };
    }
    if (this.#symbol('(')) {
      const inner = this.or();
      return this.#symbol(')') ? inner : undefined;
    }
    if (this.#word('TRUE')) return { kind: 'constant', value: true };
    if (this.#word('FALSE')) return { kind: 'constant', value: false };
    if (this.#word('AT_LEAST')) return this.#atLeast();
    const state = this.#state();
    if (state === undefined || !this.#symbol('(')) return undefined;
    const alarm = this.#name();
    return alarm !== undefined && this.#symbol(')') ? { kind: 'state', state, alarm } : undefined;
  }

  #atLeast(): RuleNode | undefined {
    if (!this.#symbol('(')) return undefined;
    const amount = this.#match(/(\d+)(%?)/y);
    if (amount === undefined || !this.#symbol(',')) return undefined;
    const negated = this.#word('NOT');
    const state = this.#state();
    if (state === undefined || !this.#symbol(',') || !this.#symbol('(')) return undefined;
    const parts: RuleNode[] = [];
    do {
      const alarm = this.#name();
      if (alarm === undefined) return undefined;
      const part: RuleNode = { kind: 'state', state, alarm };
      parts.push(negated ? { kind: 'not', part } : part);
    } while (this.#symbol(','));
    if (!this.#symbol(')') || !this.#symbol(')')) return undefined;
    const number = Number(amount[1]);
    const count = amount[2] === '%' ? Math.ceil((number * parts.length) / 100) : number;
    return { kind: 'at-least', count, parts };
  }

  #state(): AlarmState | undefined {
    for (const state of ['ALARM', 'OK', 'INSUFFICIENT_DATA'] as const) {
      if (this.#word(state)) return state;
    }
    return undefined;
  }

  /** A name or ARN: in quotes anything but a quote, else up to a blank, comma or closing parenthesis. */
  #name(): string | undefined {
    const quoted = this.#match(/"((?:[^"\\]|\\.)+)"/y);
    if (quoted !== undefined) return quoted[1]?.replace(/\\(.)/g, '$1');
    return this.#match(/[^\s"(),]+/y)?.[0];
  }

  #word(word: string): boolean {
    this.#space();
    const found = /[A-Za-z_]+/y;
    found.lastIndex = this.#at;
    if (found.exec(this.#text)?.[0] !== word) return false;
    this.#at += word.length;
    return true;
  }

  #symbol(symbol: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== symbol) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    this.#space();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }
}

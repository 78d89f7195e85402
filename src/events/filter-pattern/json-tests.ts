import { parseRegex } from '../text/regex.ts';
import {
  exactly,
  globOf,
  numbersEqual,
  numbersOutside,
  numbersWhere,
  valueTest,
  type TextShape,
  type TextTest,
  type Truth,
  type ValueTest,
} from '../value-test.ts';

/**
 * The tests of JSON filter patterns. What the CloudWatch Logs user guide and reported runs establish is true or false;
 * everything else is undecided. A missing field satisfies nothing but NOT EXISTS, not even `!=`.
 */
export type JsonTest =
  | { readonly operator: '=' | '!='; readonly value: JsonLiteral }
  | { readonly operator: '<' | '<=' | '>' | '>='; readonly value: JsonLiteral }
  | { readonly operator: 'IS'; readonly value: 'NULL' | 'TRUE' | 'FALSE' }
  | { readonly operator: 'NOT EXISTS' };

export type JsonLiteral =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly source: string }
  | { readonly kind: 'regex'; readonly source: string };

/** The truth table of a test. */
export function jsonTest(test: JsonTest): ValueTest {
  switch (test.operator) {
    case '=':
    case '!=':
      return equality(test.operator === '!=', test.value);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return test.value.kind === 'number'
        ? numeric(test.value.source, numbersWhere(test.operator, Number(test.value.source)), false)
        : // How texts are ordered is not documented.
          valueTest({ text: 'undecided', number: 'undecided', true: 'undecided', false: 'undecided' });
    case 'IS':
      return test.value === 'NULL'
        ? valueTest({ null: true })
        : valueTest({
            [test.value === 'TRUE' ? 'true' : 'false']: true,
            text: 'undecided',
            number: 'undecided',
          });
    case 'NOT EXISTS':
      return valueTest({ missing: true });
  }
}

function equality(unequal: boolean, literal: JsonLiteral): ValueTest {
  const onNull: Truth = unequal ? 'undecided' : false;
  switch (literal.kind) {
    case 'number': {
      const equal = numbersEqual(Number(literal.source));
      return numeric(literal.source, unequal ? numbersOutside(equal) : equal, onNull);
    }
    case 'regex':
      return textual(regexTest(literal.source, unequal), onNull);
    case 'text': {
      if (/^\*+$/.test(literal.text))
        // "Any value": shown for texts and numbers only.
        return valueTest({
          null: 'undecided',
          true: 'undecided',
          false: 'undecided',
          object: 'undecided',
          array: 'undecided',
          text: !unequal,
          number: unequal ? 'undecided' : true,
        });
      if (literal.text === '') return textual('undecided', onNull);
      return textual(globTest(literal.text, unequal), onNull);
    }
  }
}

function textual(text: Truth | TextTest, onNull: Truth): ValueTest {
  return valueTest({ null: onNull, text, number: 'undecided', true: 'undecided', false: 'undecided' });
}

function numeric(source: string, ranges: ValueTest['number'], onNull: Truth): ValueTest {
  // Whether the service tells numbers apart that a 64-bit float cannot is not documented.
  const exact = Math.abs(Number(source)) <= Number.MAX_SAFE_INTEGER;
  return valueTest({
    null: onNull,
    text: 'undecided',
    true: 'undecided',
    false: 'undecided',
    number: exact ? ranges : 'undecided',
  });
}

/**
 * A value with `*`. At the edges it stands for any run of characters; inside, one edition of the guide calls it a plain
 * character and a run on AWS treated it as a wildcard, so there both readings count.
 */
function globTest(text: string, isNegated: boolean): TextTest {
  const asWildcards = globOf(text);
  const core = text.replace(/^\*+/, '').replace(/\*+$/, '');
  if (!core.includes('*')) return { shapes: [asWildcards], negated: isNegated };
  const parts = [text.startsWith('*') ? [''] : [], [core], text.endsWith('*') ? [''] : []].flat();
  const asPlain: TextShape = parts.length === 1 ? exactly(core) : { kind: 'glob', parts };
  return { shapes: [asWildcards], negated: isNegated, otherReading: [asPlain] };
}

/** A regular expression; both readings of line breaks where it makes a difference. */
export function regexTest(source: string, isNegated: boolean): TextTest {
  const shapes = [{ kind: 'regex', source, lineBreaks: 'narrow' }] as const;
  const mindsLineBreaks = parseRegex(source).some((branch) =>
    branch.some(({ kind }) => kind === 'dot' || kind === 'end'),
  );
  if (!mindsLineBreaks) return { shapes, negated: isNegated };
  return { shapes, negated: isNegated, otherReading: [{ kind: 'regex', source, lineBreaks: 'wide' }] };
}

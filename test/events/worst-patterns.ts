import { longestPattern } from '../../src/events/filter-pattern/parse.ts';

/** A question that is as hard as the limits of the service allow. */
export interface WorstCase {
  readonly name: string;
  /** A pattern that stands for the events that are asked for; every event when absent. */
  readonly required?: string;
  readonly provided: readonly string[];
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

function letter(index: number): string {
  const rest = Math.floor(index / letters.length);
  return letters.charAt(index % letters.length) + (rest === 0 ? '' : letters.charAt(rest));
}

/** As many conditions as fit into one pattern. */
function filled(condition: (index: number) => string, sign: '&&' | '||'): string {
  let text = condition(0);
  for (let index = 1; ; index++) {
    const longer = `${text}${sign}${condition(index)}`;
    if (longer.length + 4 > longestPattern) return `{ ${text} }`;
    text = longer;
  }
}

const anyCode = '{ $.errorCode = "*" }';

export const worstCases: readonly WorstCase[] = [
  {
    name: 'any of 60 parts of a text',
    required: anyCode,
    provided: [filled((index) => `$.errorCode="*${letter(index)}*"`, '||')],
  },
  {
    name: 'all of 50 parts of a text, in another filter as well',
    required: filled((index) => `$.errorCode="*${letter(index)}*"`, '&&'),
    provided: [filled((index) => `$.errorCode="*${letter(index)}*"`, '&&')],
  },
  {
    name: 'all of 50 parts of a text, all but one in the filter',
    required: filled((index) => `$.errorCode="*${letter(index)}*"`, '&&'),
    provided: [filled((index) => `$.errorCode="*${letter(index + 1)}*"`, '&&')],
  },
  {
    name: 'none of 45 parts of a text against none of 45 others',
    required: filled((index) => `$.errorCode!="*${letter(index)}${letter(index + 7)}*"`, '&&'),
    provided: [filled((index) => `$.errorCode!="*${letter(index)}${letter(index + 9)}*"`, '&&')],
  },
  {
    name: 'two regular expressions of 2^300 states each',
    required: '{ $.errorCode = %a.{300}b% && $.errorCode = %b.{300}a% }',
    provided: ['{ $.errorCode = %a.{301}b% && $.errorCode = %b.{299}a% }'],
  },
  {
    name: 'regular expressions with classes and counts',
    required: '{ $.errorCode = %[ab].{12}[bc].{12}[cd]% }',
    provided: [
      '{ $.errorCode = %[ab].{12}[bc].{12}[cd].{5}x% || $.errorCode != %^[ab]{1,400}[bc]{1,400}$% }',
    ],
  },
  {
    name: 'counts at their limit',
    required: anyCode,
    provided: ['{ $.errorCode = %[a-z]{1024}[0-9]{1024}[A-Z]{1024}% }'],
  },
  {
    name: '35 pairs of alternatives on fields of their own',
    required: filled((index) => `($.a${index}=1||$.b${index}=2)`, '&&'),
    provided: [filled((index) => `($.a${index}=1&&$.b${index}!=2)`, '||')],
  },
  {
    name: 'alternatives that share six fields',
    required: filled(
      (index) => `($.a${index % 6}=${index % 7}||$.a${(index + 1) % 6}=${(index + 3) % 7})`,
      '&&',
    ),
    provided: [
      filled((index) => `($.a${index % 6}=${index % 5}&&$.a${(index + 2) % 6}!=${(index + 3) % 7})`, '||'),
    ],
  },
  {
    name: 'chains of fields that must differ',
    required: filled((index) => `($.a${index}=1||$.a${index + 1}=1)`, '&&'),
    provided: [
      filled((index) => `($.a${index}=1&&$.a${index + 1}!=1)`, '||'),
      filled((index) => `($.a${index}!=1&&$.a${index + 1}=1)`, '||'),
    ],
  },
  {
    name: 'three selectors with wildcards in each of three filters',
    required:
      '{ $.requestParameters.a[*] = "x" && $.requestParameters.a[*] = "y" && $.requestParameters.a[*] = "z" }',
    provided: [
      '{ $.requestParameters.a[*] = "*x*" && $.requestParameters.a[*] = "*y*" && $.requestParameters.a[*] = "*w*" }',
      '{ $.* = %Root% && $.* = "x" && $.* = "y" }',
      '{ $.*.type = "x" && $.requestParameters.a[*] = "q" }',
    ],
  },
  {
    name: 'fields inside of fields, 40 deep',
    required: filled((index) => `$.a${'.b'.repeat(index % 40)}!="${index}"`, '&&'),
    provided: [filled((index) => `$.a${'.b'.repeat(index % 30)} NOT EXISTS`, '||')],
  },
  {
    name: '490 parentheses',
    provided: [`{ ${'('.repeat(490)}$.a=1${')'.repeat(490)} }`],
  },
  {
    name: '100 filters that name 6,700 calls',
    required: '{ $.eventName = "*" }',
    provided: Array.from({ length: 100 }, (_, filter) =>
      filled((index) => `$.eventName="${letter(index + filter * 13)}x${filter}"`, '||'),
    ),
  },
  {
    name: '100 filters of 2,300 pairs of conditions',
    provided: Array.from({ length: 100 }, (_, filter) =>
      filled(
        (index) =>
          `($.eventName="*${letter(index + filter * 13)}x${filter}*"&&$.errorCode!="${letter(filter)}*")`,
        '||',
      ),
    ),
  },
];

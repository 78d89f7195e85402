import { expect, test } from 'vitest';

import { shortened, visibleText } from '../../src/text.ts';

test.each([
  ['\u001B[31mred\u001B[0m', '\\u{1b}[31mred\\u{1b}[0m'],
  ['two\nlines\r\n\tand a tab', 'two\\u{a}lines\\u{d}\\u{a}\\u{9}and a tab'],
  ['\u202Egnp.exe', '\\u{202e}gnp.exe'],
  ['a\u2066b\u2069', 'a\\u{2066}b\\u{2069}'],
  ['\u009B2J', '\\u{9b}2J'],
  ['half \uD800 pair', 'half \\u{d800} pair'],
  ['tag \u{E0041}', 'tag \\u{e0041}'],
  ['', ''],
])('%j is printed as %j', (untrusted, printed) => {
  expect(visibleText(untrusted)).toBe(printed);
});

test.each(['plain', 'çédille', '名前', '👩‍🚀 🚀', '<script>', '=1+1', 'אבג'])(
  '%s is printed as it is',
  (text) => {
    expect(visibleText(text)).toBe(text);
  },
);

test('long text is cut between characters', () => {
  expect(shortened('🚀🚀🚀', 6)).toBe('🚀🚀🚀');
  expect(shortened('🚀🚀🚀🚀', 4)).toBe('🚀…');
});

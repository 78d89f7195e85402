import { faultText, type Fault } from '../fault.ts';
import type { TestResult } from './run.ts';

/** Results of rule tests as a JUnit report. Deterministic: no times, no host. */
export function junitReport(results: readonly TestResult[]): string {
  const suites = results.map((result) => {
    const cases = [
      ...result.cases.map((one) => ({ name: one.name, differences: one.differences })),
      ...result.missing.map((one) => ({ name: 'has a case for each verdict', differences: [one] })),
    ];
    const failures = cases.filter((one) => one.differences.length > 0).length;
    const lines = cases.map(({ name, differences }) => {
      const open = `    <testcase classname="${escape(result.of)}" name="${escape(name)}"`;
      if (differences.length === 0) return `${open}/>`;
      const text = differences
        .map(({ place, text: told }) =>
          faultText({ place, what: told, todo: '' } satisfies Fault).replace(/; $/, ''),
        )
        .join('\n');
      return `${open}>\n      <failure message="${escape(differences[0]!.text.split('\n')[0]!)}">${escape(text)}</failure>\n    </testcase>`;
    });
    return [
      `  <testsuite name="${escape(result.file)}" tests="${cases.length}" failures="${failures}">`,
      ...lines,
      '  </testsuite>',
    ].join('\n');
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join(
    '\n',
  );
}

/** Text for XML; characters that XML cannot carry are shown as their number. */
function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, (character) =>
      '\n\r\t'.includes(character) ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`,
    );
}

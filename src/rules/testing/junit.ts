import { xmlText } from '../../xml-text.ts';
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
      const open = `    <testcase classname="${xmlText(result.of)}" name="${xmlText(name)}"`;
      if (differences.length === 0) return `${open}/>`;
      const text = differences
        .map(({ place, text: told }) =>
          faultText({ place, what: told, todo: '' } satisfies Fault).replace(/; $/, ''),
        )
        .join('\n');
      return `${open}>\n      <failure message="${xmlText(differences[0]!.text.split('\n')[0]!)}">${text.split('\n').map(xmlText).join('\n')}</failure>\n    </testcase>`;
    });
    return [
      `  <testsuite name="${xmlText(result.file)}" tests="${cases.length}" failures="${failures}">`,
      ...lines,
      '  </testsuite>',
    ].join('\n');
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join(
    '\n',
  );
}

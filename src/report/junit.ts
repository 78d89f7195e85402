import { causesOf } from '../evaluate/causes.ts';
import type { Finding } from '../evaluate/finding.ts';
import type { ReportHeader, ReportSink, TextOutput } from './sink.ts';
import { xmlText } from '../xml-text.ts';

/** The cases of one account. */
interface Suite {
  readonly account: string;
  readonly cases: string[];
  failures: number;
  errors: number;
  skipped: number;
}

/**
 * JUnit XML in the part that all its readers share: a suite an account, a case a rule and resource. A failure is a
 * `failure`, an unknown an `error`, a waived or not applicable one `skipped` with the reason. Holds one account at a
 * time, because a suite begins with its counts.
 */
export function junitSink(output: TextOutput): ReportSink {
  let header: ReportHeader | undefined;
  let suite: Suite | undefined;
  let names = new Map<string, string | undefined>();

  const close = (): void => {
    if (suite === undefined || header === undefined) return;
    const { account, cases, failures, errors, skipped } = suite;
    const name = names.get(account);
    const title = name === undefined ? account : `${account} ${name}`;
    output.write(
      `<testsuite name="${xmlText(title)}" tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="${skipped}" time="0" timestamp="${xmlText(header.manifest.end.replace(/(?:\.\d+)?Z$/, ''))}">\n`,
    );
    for (const text of cases) output.write(text);
    output.write('</testsuite>\n');
    suite = undefined;
  };
  return {
    start(given) {
      header = given;
      names = new Map(given.manifest.accounts.map(({ id, name }) => [id, name]));
      output.write('<?xml version="1.0" encoding="UTF-8"?>\n');
      output.write(`<testsuites name="${xmlText(`Trailwarden ${given.manifest.rootHash.slice(0, 12)}`)}">\n`);
    },
    add(finding) {
      const { account } = finding.resource;
      if (suite !== undefined && suite.account !== account) close();
      suite ??= { account, cases: [], failures: 0, errors: 0, skipped: 0 };
      const { element, text } = outcome(finding);
      if (element === 'failure') suite.failures += 1;
      if (element === 'error') suite.errors += 1;
      if (element === 'skipped') suite.skipped += 1;
      const { id, region } = finding.resource;
      const open = `<testcase classname="${xmlText(finding.rule)}" name="${xmlText(`${id} in ${region}`)}" time="0"`;
      suite.cases.push(text === '' ? `${open}/>\n` : `${open}>${text}</testcase>\n`);
    },
    async finish() {
      close();
      output.write('</testsuites>\n');
      await output.close();
    },
  };
}

function outcome(finding: Finding): { element: 'failure' | 'error' | 'skipped' | undefined; text: string } {
  const message = xmlText(finding.message);
  if (finding.waiver !== null) {
    const { reason, owner, ticket, expires } = finding.waiver;
    const why = xmlText(`Waived until ${expires} by ${owner}, ${ticket}: ${reason}`);
    return { element: 'skipped', text: `<skipped message="${why}">${message}</skipped>` };
  }
  switch (finding.verdict) {
    case 'pass':
      return { element: undefined, text: '' };
    case 'not-applicable':
      return { element: 'skipped', text: `<skipped message="${message}"/>` };
    case 'fail': {
      const lines = [finding.message, ...fixLines(finding), ...evidenceLines(finding)];
      return {
        element: 'failure',
        text: `<failure message="${message}" type="${finding.severity}">${body(lines)}</failure>`,
      };
    }
    case 'unknown': {
      const causes = causesOf(finding.reasons).map(
        ({ call, account, region, code }) => `Missing: ${call} in ${account} ${region}: ${code}`,
      );
      const lines = [finding.message, ...causes, ...fixLines(finding)];
      return {
        element: 'error',
        text: `<error message="${message}" type="unknown">${body(lines)}</error>`,
      };
    }
  }
}

function fixLines({ fix }: Finding): readonly string[] {
  return fix === '' ? [] : ['', ...fix.trim().split('\n')];
}

function evidenceLines({ evidence }: Finding): readonly string[] {
  if (evidence.length === 0) return [];
  return [
    '',
    ...evidence.map(
      ({ call, account, region, time, part, line }) =>
        `Evidence: ${call} in ${account} ${region} at ${time}, ${part}:${line}`,
    ),
  ];
}

function body(lines: readonly string[]): string {
  return lines.map(xmlText).join('\n');
}

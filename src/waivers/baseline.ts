import { severities, verdicts, type Finding, type GoneFinding } from '../evaluate/finding.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { readJsonReport } from './json-report.ts';

/** An earlier report, to tell what is new from what was known. */
export interface Baseline {
  /** How a finding stands to the earlier report. `changed`: it was there with another verdict. */
  stateOf(finding: Pick<Finding, 'fingerprint' | 'verdict'>): NonNullable<Finding['baseline']>;
  /**
   * Findings of the earlier report whose rule or resource is no longer there, in its order. Call it after the last finding.
   *
   * @param unseen - Accounts that were not wholly seen: nothing of them is called gone.
   */
  gone(unseen: ReadonlySet<string>): readonly GoneFinding[];
  /** What the run should say about the baseline. Call it after the last finding. */
  notices(unseen: ReadonlySet<string>): readonly string[];
}

/**
 * Reads a JSON report (schemas/report.schema.json) as a baseline. `file` is what messages call it.
 * @throws UserFault when the text is not such a report
 */
export function readBaseline(text: string, file: string): Baseline {
  const { findings } = readJsonReport(text, file);
  const known = new Map(
    findings.map((finding) => {
      const gone = goneFinding(finding);
      return [gone.fingerprint, gone] as const;
    }),
  );
  const seen = new Set<string>();
  const missing = (): readonly GoneFinding[] =>
    [...known.values()].filter(({ fingerprint }) => !seen.has(fingerprint));
  const gone = (unseen: ReadonlySet<string>): readonly GoneFinding[] =>
    missing().filter(({ resource }) => !unseen.has(resource.account));
  return {
    stateOf({ fingerprint, verdict }) {
      seen.add(fingerprint);
      const before = known.get(fingerprint);
      if (before === undefined) return 'new';
      return before.verdict === verdict ? 'unchanged' : 'changed';
    },
    gone,
    notices(unseen) {
      const all = gone(unseen);
      const open = missing().length - all.length;
      const failures = all.filter(({ verdict }) => verdict === 'fail').length;
      return [
        ...(all.length === 0
          ? []
          : [
              `${all.length} findings of ${file} are gone, ${failures} of them failures: their resources or rules are no longer there`,
            ]),
        ...(open === 0
          ? []
          : [
              `${open} findings of ${file} are in accounts that were not wholly seen: they may still be there`,
            ]),
      ];
    },
  };
}

/** What is kept of an earlier finding: its reasons are long. */
function goneFinding(finding: JsonObject): GoneFinding {
  const { resource } = finding;
  const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
  const of = (name: string): string => text(isJsonObject(resource) ? resource[name] : undefined);
  return {
    rule: text(finding['rule']),
    verdict: verdicts.find((verdict) => verdict === finding['verdict']) ?? 'unknown',
    severity: severities.find((severity) => severity === finding['severity']) ?? 'info',
    resource: {
      type: of('type'),
      id: of('id'),
      account: of('account'),
      region: of('region'),
      name: of('name'),
    },
    message: text(finding['message']),
    fingerprint: text(finding['fingerprint']),
  };
}

import type { Finding } from '../evaluate/finding.ts';
import { readJsonReport } from './json-report.ts';

/** An earlier report, to tell what is new from what was known. */
export interface Baseline {
  /** How a finding stands to the earlier report. `changed`: it was there with another verdict. */
  stateOf(finding: Pick<Finding, 'fingerprint' | 'verdict'>): NonNullable<Finding['baseline']>;
  /** What the run should say about the baseline. Call it after the last finding. */
  notices(): readonly string[];
}

/**
 * Reads a JSON report (schemas/report.schema.json) as a baseline. `file` is what messages call it.
 * @throws UserFault when the text is not such a report
 */
export function readBaseline(text: string, file: string): Baseline {
  const { findings } = readJsonReport(text, file);
  const known = new Map<string, string>();
  for (const { fingerprint, verdict } of findings) {
    if (typeof fingerprint === 'string' && typeof verdict === 'string') known.set(fingerprint, verdict);
  }
  const seen = new Set<string>();
  return {
    stateOf({ fingerprint, verdict }) {
      seen.add(fingerprint);
      const before = known.get(fingerprint);
      if (before === undefined) return 'new';
      return before === verdict ? 'unchanged' : 'changed';
    },
    notices() {
      let gone = 0;
      let goneFailures = 0;
      for (const [fingerprint, verdict] of known) {
        if (seen.has(fingerprint)) continue;
        gone += 1;
        if (verdict === 'fail') goneFailures += 1;
      }
      return gone === 0
        ? []
        : [
            `${gone} findings of ${file} are gone, ${goneFailures} of them failures: their resources or rules are no longer there`,
          ];
    },
  };
}

import { severities, verdicts, type Finding, type Severity, type Verdict } from '../../evaluate/finding.ts';

const baselines = [null, 'new', 'unchanged', 'changed'] as const;

/** What one number of the flags column says of a finding. */
export interface Flags {
  readonly verdict: Verdict;
  readonly severity: Severity;
  readonly baseline: Finding['baseline'];
  /** The fingerprint stands in the block because it does not follow from rule and resource. */
  readonly storedFingerprint: boolean;
}

/** Packs flags into one small number. */
export function packFlags(flags: Flags): number {
  const high = verdicts.indexOf(flags.verdict) * severities.length + severities.indexOf(flags.severity);
  return (
    (high * baselines.length + baselines.indexOf(flags.baseline)) * 2 + (flags.storedFingerprint ? 1 : 0)
  );
}

/** Every value of the flags column, unpacked. */
export const allFlags: readonly Flags[] = verdicts.flatMap((verdict) =>
  severities.flatMap((severity) =>
    baselines.flatMap((baseline) =>
      [false, true].map((storedFingerprint) => ({ verdict, severity, baseline, storedFingerprint })),
    ),
  ),
);

import type { Finding } from './finding.ts';

/**
 * The finding with a waiver, a baseline or its place in the source beside it. Findings work their words out when read, so they are not copied
 * (`{ ...finding }` would lose them): this one reads everything else from the one it amends.
 */
export function amend(
  finding: Finding,
  changes: Partial<Pick<Finding, 'waiver' | 'baseline' | 'source'>>,
): Finding {
  const source = changes.source ?? finding.source;
  return {
    rule: finding.rule,
    verdict: finding.verdict,
    get severity() {
      return finding.severity;
    },
    get resource() {
      return finding.resource;
    },
    get message() {
      return finding.message;
    },
    get fix() {
      return finding.fix;
    },
    get parameters() {
      return finding.parameters;
    },
    get reasons() {
      return finding.reasons;
    },
    get evidence() {
      return finding.evidence;
    },
    waiver: changes.waiver ?? finding.waiver,
    baseline: changes.baseline ?? finding.baseline,
    ...(source !== undefined && { source }),
    get fingerprint() {
      return finding.fingerprint;
    },
  };
}

import type { Finding, GoneFinding } from '../evaluate/finding.ts';

/** A finding of an earlier report as one of this run, for formats that list both: without what is not kept of it. */
export function asFinding(gone: GoneFinding): Finding {
  return {
    ...gone,
    fix: '',
    parameters: {},
    reasons: { kind: 'all', verdict: 'unknown', text: '' },
    evidence: [],
    waiver: null,
    baseline: null,
  };
}

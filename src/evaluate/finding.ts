import type { JsonValue } from '../json.ts';
import type { Cause } from '../model/unknown.ts';

export const verdicts = ['pass', 'fail', 'unknown', 'not-applicable'] as const;
/** What a rule says about a resource. `unknown` always has causes; nothing turns it into another verdict but data. */
export type Verdict = (typeof verdicts)[number];

export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
/** How bad a `fail` is, set by the rule. */
export type Severity = (typeof severities)[number];

/** The resource that a finding is about. */
export interface FindingResource {
  /** `account`, `trail`, `log-group`, ... */
  readonly type: string;
  /** ARN where there is one. */
  readonly id: string;
  readonly account: string;
  /** Region or `global`. */
  readonly region: string;
  /** What a person calls it. Untrusted text. */
  readonly name: string;
}

/** The recorded answer that decided something, so that a reader can find it and its hash again. */
export interface Evidence {
  readonly call: string;
  readonly account: string;
  readonly region: string;
  /** When AWS answered, UTC. */
  readonly time: string;
  readonly requestId?: string;
  /** Part and line in the snapshot. */
  readonly part: string;
  readonly line: number;
  /** JSON path inside the output; empty for the whole answer. */
  readonly path: string;
  /** The value found there, where it is short. Absent where the field is absent. */
  readonly value?: JsonValue;
  /** Error code, where the answer was an error. */
  readonly error?: string;
}

/** A resource named in reasons. */
export interface ReasonResource {
  readonly type: string;
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/**
 * Why a check came out as it did: the tree of its parts. For `some` the nearest miss comes first. For `together`
 * each child is a path (trail to subscriber) with its links as children, and `witness` is the event nobody is told of.
 */
export interface Reason {
  /** Construct: `field`, `all`, `any`, `not`, `some`, `every`, `none`, `is`, `together`, `path`, `link`, `when`, `parameters`. */
  readonly kind: string;
  readonly verdict: Exclude<Verdict, 'not-applicable'>;
  /** One sentence for a person, plain text, holding untrusted names and values. */
  readonly text: string;
  readonly resource?: ReasonResource;
  /** For `field`: path, value found (absent when the field is absent), and what was wanted, in words. */
  readonly field?: string;
  readonly found?: JsonValue;
  readonly wanted?: string;
  readonly evidence?: readonly Evidence[];
  readonly causes?: readonly Cause[];
  readonly witness?: JsonValue;
  /** For `together` that fails: what to do about the first broken link, and which other ways there are. */
  readonly fix?: string;
  readonly children?: readonly Reason[];
  /** How many equal or uninteresting children were left out of a long list. */
  readonly omitted?: number;
}

/** One rule on one resource. */
export interface Finding {
  readonly rule: string;
  readonly verdict: Verdict;
  readonly severity: Severity;
  readonly resource: FindingResource;
  /** First sentence says outcome, resource and account. Plain text with untrusted names in it. */
  readonly message: string;
  /** What to do, names filled in; empty unless the verdict is `fail` or `unknown`. */
  readonly fix: string;
  /** Values of the rule's parameters that were in force. */
  readonly parameters: { readonly [name: string]: JsonValue };
  /** Computed when first read; read it before the next account is evaluated. */
  readonly reasons: Reason;
  readonly evidence: readonly Evidence[];
  readonly waiver: FindingWaiver | null;
  /** Against an earlier report; null when none was given. */
  readonly baseline: 'new' | 'unchanged' | 'changed' | null;
  /** Where infrastructure code declares the resource; absent where none was given, or none declares it for sure. */
  readonly source?: FindingSource;
  /** SHA-256 (hex) over `v1|rule|partition|account|region|canonical resource id`: stable over time, wording and order. */
  readonly fingerprint: string;
}

/** An accepted failure, shown beside the verdict and never instead of it. */
export interface FindingWaiver {
  readonly reason: string;
  readonly owner: string;
  readonly ticket: string;
  /** Day (UTC) after which it no longer holds: `2027-01-31`. */
  readonly expires: string;
}

/** A finding of an earlier report whose rule or resource is no longer there. Its texts are those of that report. */
export type GoneFinding = Pick<
  Finding,
  'rule' | 'verdict' | 'severity' | 'resource' | 'message' | 'fingerprint'
>;

/** A place in the repository. */
export interface FindingSource {
  /** Path from the root of the repository, with `/`. Untrusted text. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** What the code calls the resource: `aws_sns_topic.alerts`. Untrusted text. */
  readonly address: string;
}

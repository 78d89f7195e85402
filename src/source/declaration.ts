import type { TextPlace } from '../yaml.ts';

/** A place in the repository: path from its root with `/`, line and column from 1. */
export interface SourcePlace extends TextPlace {
  readonly file: string;
}

/** What stands in a name for the account, the region and the random end that CloudFormation gives: no name holds these. */
export const accountHole = '\uE000';
export const regionHole = '\uE001';
export const suffixHole = '\uE002';
const holes = /[\uE000-\uE002]/;

/** True for text that could be taken for one with a hole in it. */
export function hasHole(text: string): boolean {
  return holes.test(text);
}

/** Where a declared resource can be, as far as the source tells; absent where it does not. */
export interface DeclaredScope {
  readonly accounts?: ReadonlySet<string>;
  readonly region?: string;
}

/** A name that a declared resource may have, and where. */
export interface DeclaredName extends DeclaredScope {
  /** Service and resource part as in an ARN, `logs:log-group:/audit`; account and region in it may be holes. */
  readonly key: string;
}

/** One resource that the source declares. */
export interface Declaration {
  readonly place: SourcePlace;
  /** What the source calls it: `module.audit.aws_sns_topic.alerts`, `AuditTopic`. Untrusted text. */
  readonly address: string;
  /** ARNs that a state or plan tells of; where there are any, names count for nothing. */
  readonly arns: readonly string[];
  /** Names that it may have: several for instances and alternative values of variables. */
  readonly names: readonly DeclaredName[];
}

/** The account and the parts of an ARN that say which resource it is, without what AWS puts behind log groups. */
export function arnKey(arn: { readonly service: string; readonly resource: string }): string {
  return `${arn.service}:${arn.service === 'logs' ? arn.resource.replace(/:\*$/, '') : arn.resource}`;
}

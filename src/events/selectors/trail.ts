import { and, everything, field, not, or, undecided, type Predicate } from '../predicate.ts';
import { exactly, textIn, valueTest } from '../value-test.ts';
import { selectorsPredicate } from './predicate.ts';
import type { EventSelectors } from './selector.ts';

/** What decides which events a trail records. */
export interface TrailCoverage {
  readonly selectors: EventSelectors;
  /** The trail's home region where it records no other (`IsMultiRegionTrail` false); absent for a multi-region trail. */
  readonly onlyRegion?: string;
  /** `IncludeGlobalServiceEvents`; absent means true. */
  readonly globalServiceEvents?: boolean;
}

/**
 * The events that a trail records while it runs. Global services record in one region of the partition, so a trail of
 * another region alone does not see them, whatever `IncludeGlobalServiceEvents` says.
 */
export function trailEvents({ selectors, onlyRegion, globalServiceEvents = true }: TrailCoverage): Predicate {
  return and(
    selectorsPredicate(selectors),
    onlyRegion === undefined ? everything : textField('awsRegion', onlyRegion),
    globalServiceEvents ? everything : withoutGlobalServices,
  );
}

const withoutGlobalServices = and(
  not(textField('eventSource', 'iam.amazonaws.com', 'cloudfront.amazonaws.com')),
  or(
    not(
      textField(
        'eventSource',
        'organizations.amazonaws.com',
        'route53.amazonaws.com',
        'signin.amazonaws.com',
        'sts.amazonaws.com',
      ),
    ),
    undecided('which events of this source are global ones, which the trail leaves out'),
  ),
);

function textField(path: string, ...texts: readonly string[]): Predicate {
  return field(path, valueTest({ text: textIn(exactly(...texts)) }));
}

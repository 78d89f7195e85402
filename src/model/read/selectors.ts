import { readEventSelectors, SelectorFault } from '../../events/selectors/reader.ts';
import type { AdvancedSelector, EventSelectors } from '../../events/selectors/selector.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, Resource } from '../resource.ts';
import type { Grounds } from '../schema.ts';
import { Unknown } from '../unknown.ts';
import { askTrail, homeRegion } from './trails.ts';

const getEventSelectors = 'cloudtrail:GetEventSelectors';

/** The event selectors of a trail; undefined where the trail is gone. */
export function selectorsOf(trail: Resource, model: OrganizationModel): EventSelectors | undefined | Unknown {
  const told = askTrail(model, trail, getEventSelectors, 'TrailName');
  if (told instanceof Unknown) return told;
  if (told.output === undefined) return undefined;
  try {
    return readEventSelectors(told.output);
  } catch (fault) {
    if (!(fault instanceof SelectorFault)) throw fault;
    return undecided(trail, model, fault.message);
  }
}

/** The answer that the selectors of a trail stand in. */
export function selectorGrounds(trail: Resource, model: OrganizationModel): Grounds {
  const told = askTrail(model, trail, getEventSelectors, 'TrailName');
  return told instanceof Unknown ? {} : { sources: [{ record: told.record, path: '' }] };
}

/** What the selectors of a trail leave open. */
export function undecided(trail: Resource, model: OrganizationModel, because: string): Unknown {
  return model.whyMissing.undecided(getEventSelectors, trail.account, homeRegion(trail), because);
}

/** The management events of one kind that a trail records: none, or all but those of some services. */
interface Recorded {
  /** Undefined where none are recorded. */
  readonly excluded: ReadonlySet<string> | undefined;
  /** A selector narrows by something else, so that more than `excluded` may be missing. */
  readonly narrowed: boolean;
}

/**
 * Whether the selectors record management events of a kind. Leaving out single services counts as recording: which
 * ones are left out is the fact `excludedManagementSources`.
 */
export function recordsManagement(trail: Resource, model: OrganizationModel, kind: 'read' | 'write'): Fact {
  const selectors = selectorsOf(trail, model);
  if (selectors instanceof Unknown) return selectors;
  if (selectors === undefined) return undefined;
  const recorded = managementEvents(selectors, kind);
  if (recorded.excluded !== undefined) return true;
  return recorded.narrowed
    ? undecided(
        trail,
        model,
        'an event selector narrows management events by more than reads, writes and services',
      )
    : false;
}

/** Services whose management events, reads or writes, the trail leaves out although it records the others. */
export function excludedManagementSources(trail: Resource, model: OrganizationModel): Fact {
  const selectors = selectorsOf(trail, model);
  if (selectors instanceof Unknown) return selectors;
  if (selectors === undefined) return undefined;
  const found = (['read', 'write'] as const).flatMap((kind) => [
    ...(managementEvents(selectors, kind).excluded ?? []),
  ]);
  return [...new Set(found)].sort();
}

/** Types of resources of which a trail records all data events, without a limit to some resources or calls. */
export function unlimitedDataEvents(trail: Resource, model: OrganizationModel): Fact {
  const selectors = selectorsOf(trail, model);
  if (selectors instanceof Unknown) return selectors;
  if (selectors === undefined) return undefined;
  const types =
    selectors.kind === 'classic'
      ? selectors.selectors.flatMap(({ dataResources }) =>
          dataResources.flatMap(({ type, values }) => (values.some(meansAll) ? type : [])),
        )
      : selectors.kind === 'advanced'
        ? selectors.selectors.flatMap(wholeTypes)
        : [];
  return [...new Set(types)].sort();
}

/** The beginning that all ARNs of a type share (CloudTrail API reference, DataResource). */
function meansAll(value: string): boolean {
  return /^arn:[^:]+:(?:s3|s3:::|lambda|dynamodb)$/.test(value);
}

function wholeTypes({ fields }: AdvancedSelector): readonly string[] {
  const narrowing = fields.some(({ field }) => field !== 'eventCategory' && field !== 'resources.type');
  return narrowing
    ? []
    : fields.flatMap(({ field, operators }) => (field === 'resources.type' ? (operators.Equals ?? []) : []));
}

function managementEvents(selectors: EventSelectors, kind: 'read' | 'write'): Recorded {
  let excluded: Set<string> | undefined;
  let narrowed = false;
  const add = (sources: readonly string[]): void => {
    // Another selector may record what this one leaves out.
    excluded =
      excluded === undefined ? new Set(sources) : new Set(sources.filter((source) => excluded?.has(source)));
  };
  switch (selectors.kind) {
    case 'default':
      return { excluded: new Set(), narrowed: false };
    case 'classic': {
      const other = kind === 'read' ? 'WriteOnly' : 'ReadOnly';
      for (const selector of selectors.selectors) {
        if (selector.includeManagementEvents && selector.readWriteType !== other) {
          add(selector.excludeManagementEventSources);
        }
      }
      return { excluded, narrowed };
    }
    case 'advanced': {
      for (const selector of selectors.selectors) {
        const sources = managementSelector(selector, kind);
        if (sources === 'narrowed') narrowed = true;
        else if (sources !== undefined) add(sources);
      }
      return { excluded, narrowed };
    }
  }
}

/** Services that an advanced selector leaves out of the management events of a kind; undefined where it records none. */
function managementSelector(
  selector: AdvancedSelector,
  kind: 'read' | 'write',
): readonly string[] | undefined | 'narrowed' {
  let management = false;
  let sources: readonly string[] = [];
  let narrowed = false;
  for (const { field, operators } of selector.fields) {
    const names = Object.keys(operators);
    if (field === 'eventCategory') management = operators.Equals?.includes('Management') === true;
    else if (field === 'readOnly') {
      const wanted = kind === 'read' ? 'true' : 'false';
      if (names.length !== 1 || operators.Equals === undefined) narrowed = true;
      else if (!operators.Equals.includes(wanted)) return undefined;
    } else if (field === 'eventSource' && names.length === 1 && operators.NotEquals !== undefined) {
      sources = operators.NotEquals;
    } else narrowed = true;
  }
  if (!management) return undefined;
  return narrowed ? 'narrowed' : sources;
}

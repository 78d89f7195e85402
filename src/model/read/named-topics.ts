import { parseArn } from '../arn.ts';
import type { OrganizationModel } from '../organization.ts';
import type { RelatedList, Resource } from '../resource.ts';
import { joinUnknown, Unknown } from '../unknown.ts';
import { actionParts, actionsOf } from './actions.ts';
import { alarmsIn } from './alarms.ts';
import { rulesOf, seesCloudTrailEvents } from './event-rules.ts';
import { joinLists, narrow, textOf, textsOf } from './make.ts';
import { enabledRegions, overRegions } from './regions.ts';
import { targetsOf } from './rule-targets.ts';
import { topicNamed } from './topics.ts';
import { ownTrails, trailsOf } from './trails.ts';

const alarmTypes = ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'] as const;
const actionLists = ['AlarmActions', 'OKActions', 'InsufficientDataActions'] as const;

/**
 * Topics that an account owns and that something names: its alarms, its event rules, its trails, or those of another account,
 * which is seen by the account's having been asked about them.
 */
export function topicsOf(model: OrganizationModel, account: string): RelatedList {
  const own = namedWithin(model, account);
  const arns = new Set([...own.arns, ...askedAbout(model, account)]);
  const items: Resource[] = [];
  const missing = [own.missing];
  for (const arn of [...arns].sort()) {
    if (parseArn(arn)?.account !== account) continue;
    const { topic } = topicNamed(model, arn, account);
    if (topic instanceof Unknown) missing.push(topic);
    else if (topic !== undefined) items.push(topic);
  }
  return { items, missing: joinUnknown(missing), records: own.records };
}

/** Whether nothing of the account that owns a topic names it, so that another account must. */
export function isNamedElsewhere(topic: Resource, model: OrganizationModel): boolean | Unknown {
  const own = namedWithin(model, topic.account);
  return own.arns.has(topic.id) ? false : (own.missing ?? true);
}

/**
 * Metric alarms that notify a topic, themselves or through a composite alarm: those of its account, and of the accounts that
 * hold the log groups of trails which apply there.
 */
export function alarmsOnTopic(model: OrganizationModel, topic: Resource): RelatedList {
  return notifying(model, topic, 'MetricAlarm');
}

/** Log alarms that notify a topic, of the same accounts as {@link alarmsOnTopic}. */
export function logAlarmsOnTopic(model: OrganizationModel, topic: Resource): RelatedList {
  return notifying(model, topic, 'LogAlarm');
}

/** Event rules of the account of a topic that may see CloudTrail events and have it as a target. */
export function rulesOnTopic(model: OrganizationModel, topic: Resource): RelatedList {
  const targets = ruleTargets(model, topic.account);
  return narrow(targets.rules, (rule) => targets.byRule.get(rule)?.includes(topic.id) === true);
}

/** Trails that apply to the account of a topic and tell it of each log file. */
export function trailsOnTopic(model: OrganizationModel, topic: Resource): RelatedList {
  return narrow(trailsOf(model, topic.account), (trail) => trail.data['SnsTopicARN'] === topic.id);
}

function notifying(model: OrganizationModel, topic: Resource, type: 'MetricAlarm' | 'LogAlarm'): RelatedList {
  const trails = trailsOf(model, topic.account);
  const holders = trails.items.flatMap(
    (trail) => parseArn(textOf(trail.data, 'CloudWatchLogsLogGroupArn') ?? '')?.account ?? [],
  );
  const lists = [...new Set([topic.account, ...holders])].map((account) =>
    overRegions(model, account, (region) => {
      const list = alarmsIn(model, type, account, region);
      const composites = alarmsIn(model, 'CompositeAlarm', account, region);
      const items = alarmsByTarget(model, account, region, type).get(topic.id) ?? [];
      return {
        items,
        missing: joinUnknown([list.missing, type === 'MetricAlarm' ? composites.missing : undefined]),
        records: list.records,
      };
    }),
  );
  return joinLists([{ ...trails, items: [] }, ...lists]);
}

/** Alarms of an account in a region by what they notify in state ALARM. */
function alarmsByTarget(
  model: OrganizationModel,
  account: string,
  region: string,
  type: 'MetricAlarm' | 'LogAlarm',
): ReadonlyMap<string, readonly Resource[]> {
  const read = (): ReadonlyMap<string, readonly Resource[]> => {
    const found = new Map<string, Resource[]>();
    for (const alarm of alarmsIn(model, type, account, region).items) {
      const targets =
        type === 'LogAlarm'
          ? textsOf(alarm.data['AlarmActions'])
          : actionsOf(model, alarm).items.flatMap((action) => actionParts(model, action)?.target ?? []);
      for (const target of new Set(targets)) {
        const list = found.get(target);
        if (list === undefined) found.set(target, [alarm]);
        else list.push(alarm);
      }
    }
    return found;
  };
  return model.part(account)?.keep(`${type} by target ${region}`, read) ?? read();
}

interface Named {
  readonly arns: ReadonlySet<string>;
  readonly missing: Unknown | undefined;
  readonly records: RelatedList['records'];
}

/** ARNs of all topics that alarms, event rules and trails of an account name. */
function namedWithin(model: OrganizationModel, account: string): Named {
  const read = (): Named => {
    const alarms = alarmTypes.map((type) =>
      overRegions(model, account, (region) => alarmsIn(model, type, account, region)),
    );
    const trails = ownTrails(model, account);
    const targets = ruleTargets(model, account);
    const arns = [
      ...alarms.flatMap(({ items }) =>
        items.flatMap((alarm) => actionLists.flatMap((list) => textsOf(alarm.data[list]))),
      ),
      ...trails.items.flatMap((trail) => textOf(trail.data, 'SnsTopicARN') ?? []),
      ...[...targets.byRule.values()].flat(),
    ];
    const lists = joinLists([enabledRegions(model, account), ...alarms, trails, targets.rules]);
    return {
      arns: new Set(arns.filter((arn) => parseArn(arn)?.service === 'sns')),
      missing: lists.missing,
      records: lists.records,
    };
  };
  return model.part(account)?.keep('named topics', read) ?? read();
}

interface RuleTargets {
  /** Rules that may see CloudTrail events; incomplete where targets of one are not known. */
  readonly rules: RelatedList;
  readonly byRule: ReadonlyMap<Resource, readonly string[]>;
}

function ruleTargets(model: OrganizationModel, account: string): RuleTargets {
  const read = (): RuleTargets => {
    const rules = narrow(rulesOf(model, account), seesCloudTrailEvents);
    const targets = rules.items.map((rule) => targetsOf(model, rule));
    return {
      rules: joinLists([rules, ...targets.map((list) => ({ ...list, items: [] }))]),
      byRule: new Map(
        rules.items.map((rule, index) => [
          rule,
          (targets[index]?.items ?? []).flatMap((target) => textOf(target.data, 'Arn') ?? []),
        ]),
      ),
    };
  };
  return model.part(account)?.keep('targets of event rules', read) ?? read();
}

/** Topics that the account was asked about, whoever names them. */
function askedAbout(model: OrganizationModel, account: string): string[] {
  const answers = model.part(account)?.answers;
  return (['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'] as const).flatMap((call) =>
    (answers?.records(call) ?? []).flatMap((record) => textOf(record.input, 'TopicArn') ?? []),
  );
}

import { parseArn } from '../arn.ts';
import { alarmsIn as alarmsNamed, holds, parseCompositeRule, type Maybe } from '../alarm/composite-rule.ts';
import type { AlarmState, RuleNode } from '../alarm/composite-rule.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, RelatedList, Resource } from '../resource.ts';
import type { Grounds } from '../schema.ts';
import { alarmsIn } from './alarms.ts';
import { joinUnknown, Unknown } from '../unknown.ts';
import { make, narrow, textOf, textsOf } from './make.ts';

const call = 'cloudwatch:DescribeAlarms';

/** An action, the alarm that runs it, and the alarm whose ALARM is to set it off. */
export interface ActionParts {
  readonly target: string;
  readonly actor: Resource;
  readonly cause: Resource;
}

/**
 * Actions that hang on an alarm's entering ALARM: its own, and those of composite alarms whose rule names it, directly
 * or through another composite alarm.
 */
export function actionsOf(model: OrganizationModel, alarm: Resource): RelatedList {
  const composites = alarmsIn(model, 'CompositeAlarm', alarm.account, alarm.region);
  const above = compositesOver(model, alarm, composites);
  const items = [alarm, ...above].flatMap((actor) =>
    [...new Set(textsOf(actor.data['AlarmActions']))].map((target) => {
      const action = make(model, {
        type: 'alarm-action',
        id: `${alarm.id}:action:${actor === alarm ? '' : `${actor.name}:`}${target}`,
        account: actor.account,
        region: actor.region,
        name: parseArn(target)?.resource ?? target,
        data: actor.data,
        sources: actor === alarm ? actor.sources : [...actor.sources, ...alarm.sources],
      });
      knownActions(model, alarm.account)?.set(action, { target, actor, cause: alarm });
      return action;
    }),
  );
  return {
    items,
    missing: composites.missing,
    records: [...new Set([...alarm.sources.map((source) => source.record), ...composites.records])],
  };
}

/** Composite alarms whose rule names the alarm, and those that name one of these. */
function compositesOver(model: OrganizationModel, alarm: Resource, composites: RelatedList): Resource[] {
  const { byName, unreadable } = compositesByChild(model, alarm.account, alarm.region, composites);
  const found = new Set<Resource>();
  const open: Resource[] = [alarm];
  for (let below = open.pop(); below !== undefined; below = open.pop()) {
    const { id, name } = below;
    const above = [
      ...(byName.get(name) ?? []),
      ...(byName.get(id) ?? []),
      // A rule that we cannot read may still speak of it.
      ...unreadable.filter((composite) => (textOf(composite.data, 'AlarmRule') ?? '').includes(name)),
    ];
    for (const composite of above) {
      if (found.has(composite) || composite === alarm) continue;
      found.add(composite);
      open.push(composite);
    }
  }
  return composites.items.filter((composite) => found.has(composite));
}

interface ByChild {
  /** Composite alarms by each name or ARN that stands in their rule. */
  readonly byName: ReadonlyMap<string, readonly Resource[]>;
  readonly unreadable: readonly Resource[];
}

function compositesByChild(
  model: OrganizationModel,
  account: string,
  region: string,
  composites: RelatedList,
): ByChild {
  const read = (): ByChild => {
    const byName = new Map<string, Resource[]>();
    const unreadable: Resource[] = [];
    for (const composite of composites.items) {
      const rule = ruleOf(composite);
      if (rule === undefined) unreadable.push(composite);
      for (const name of rule === undefined ? [] : alarmsNamed(rule)) {
        const list = byName.get(name);
        if (list === undefined) byName.set(name, [composite]);
        else list.push(composite);
      }
    }
    return { byName, unreadable };
  };
  return model.part(account)?.keep(`composites by child ${region}`, read) ?? read();
}

/** The parts that an action was made of. */
export function actionParts(model: OrganizationModel, action: Resource): ActionParts | undefined {
  return knownActions(model, action.account)?.get(action);
}

/**
 * Whether the action runs when the alarm it hangs on, and no other, enters ALARM. For a composite alarm its rule is
 * computed: it must not hold before, and hold then. Other alarms may be in OK or have no data.
 */
export function actionRuns(model: OrganizationModel, action: Resource): Fact {
  const parts = actionParts(model, action);
  if (parts === undefined) return undefined;
  const { actor, cause } = parts;
  if (actor.data['ActionsEnabled'] === false) return false;
  if (actor === cause) return true;
  const undecided = (because: string): Fact =>
    model.whyMissing.undecided(call, actor.account, actor.region, because);
  const rises = risesOn(model, actor, cause);
  if (rises !== true) return rises;
  if (textOf(actor.data, 'ActionsSuppressor') !== undefined) {
    return undecided(
      `actions of composite alarm ${actor.name} are held back while ${textOf(actor.data, 'ActionsSuppressor') ?? ''} is in ALARM`,
    );
  }
  return true;
}

/** Whether a composite alarm goes to ALARM when one metric alarm does, and no other. */
function risesOn(model: OrganizationModel, composite: Resource, cause: Resource): boolean | Unknown {
  const composites = alarmsIn(model, 'CompositeAlarm', composite.account, composite.region);
  if (composites.missing !== undefined) return composites.missing;
  const before = stateHolds(composite, composites.items, () => undefined, cause);
  const after = stateHolds(composite, composites.items, (state) => state === 'ALARM', cause);
  if (after === false || before === true) return false;
  if (after === true && before === false) return true;
  return model.whyMissing.undecided(
    call,
    composite.account,
    composite.region,
    `whether the rule of composite alarm ${composite.name} becomes true depends on other alarms`,
  );
}

/** Metric alarms that the rule of a composite alarm names. */
export function childrenOf(model: OrganizationModel, composite: Resource): RelatedList {
  const list = alarmsIn(model, 'MetricAlarm', composite.account, composite.region);
  const rule = ruleOf(composite);
  const text = textOf(composite.data, 'AlarmRule') ?? '';
  const names = rule === undefined ? undefined : new Set(alarmsNamed(rule));
  return narrow(list, (alarm) =>
    // A rule that we cannot read may still speak of it.
    names === undefined ? text.includes(alarm.name) : names.has(alarm.name) || names.has(alarm.id),
  );
}

/** The children that cannot put the composite alarm into ALARM alone. */
export function silencedChildren(model: OrganizationModel, composite: Resource): RelatedList {
  const children = childrenOf(model, composite);
  const silenced: Resource[] = [];
  const unsure: (Unknown | undefined)[] = [children.missing];
  for (const child of children.items) {
    const rises = risesOn(model, composite, child);
    if (rises instanceof Unknown) unsure.push(rises);
    else if (!rises) silenced.push(child);
  }
  return { items: silenced, missing: joinUnknown(unsure), records: children.records };
}

/** Why an action runs or does not. */
export function actionGrounds(action: Resource, model: OrganizationModel): Grounds {
  const parts = actionParts(model, action);
  if (parts === undefined) return {};
  const { actor, cause } = parts;
  const sources = action.sources;
  if (actor.data['ActionsEnabled'] === false) {
    return { sources, because: `actions of alarm ${actor.name} are switched off` };
  }
  if (actor === cause) return { sources };
  const rule = textOf(actor.data, 'AlarmRule') ?? '';
  return { sources, because: `composite alarm ${actor.name} has the rule ${rule}` };
}

/**
 * Whether a composite alarm is in ALARM when all alarms are quiet but the cause, whose state `causeIn` tells.
 */
function stateHolds(
  composite: Resource,
  composites: readonly Resource[],
  causeIn: (state: AlarmState) => Maybe,
  cause: Resource,
  open: ReadonlySet<Resource> = new Set(),
): Maybe {
  const rule = ruleOf(composite);
  if (rule === undefined || open.has(composite)) return undefined;
  return holds(rule, (name, state) => {
    if (isNamed(cause, name)) {
      // Before the event the cause is quiet: not in ALARM, and whether OK or without data is open.
      return causeIn(state) ?? (state === 'ALARM' ? false : undefined);
    }
    const inner = composites.find((other) => isNamed(other, name));
    if (inner === undefined) return state === 'ALARM' ? false : undefined;
    const value = stateHolds(inner, composites, causeIn, cause, new Set([...open, composite]));
    if (state === 'ALARM') return value;
    if (state === 'OK') return value === undefined ? undefined : !value;
    return value === true ? false : undefined;
  });
}

function ruleOf(composite: Resource): RuleNode | undefined {
  return parseCompositeRule(textOf(composite.data, 'AlarmRule') ?? '');
}

function isNamed(alarm: Resource, name: string): boolean {
  return name === alarm.name || name === alarm.id;
}

function knownActions(model: OrganizationModel, account: string): WeakMap<Resource, ActionParts> | undefined {
  return model.part(account)?.keep('action parts', () => new WeakMap<Resource, ActionParts>());
}

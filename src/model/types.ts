import type { ResourceType } from './schema.ts';
import { account } from './types/account.ts';
import { alarm } from './types/alarm.ts';
import { alarmAction } from './types/alarm-action.ts';
import { bucket } from './types/bucket.ts';
import { compositeAlarm } from './types/composite-alarm.ts';
import { delegation } from './types/delegation.ts';
import { deliveryRole } from './types/delivery-role.ts';
import { eventBus } from './types/event-bus.ts';
import { eventDataStore } from './types/event-data-store.ts';
import { eventRule } from './types/event-rule.ts';
import { kmsKey } from './types/kms-key.ts';
import { lifecycleRule } from './types/lifecycle-rule.ts';
import { logAlarm } from './types/log-alarm.ts';
import { logGroup } from './types/log-group.ts';
import { metricFilter } from './types/metric-filter.ts';
import { organization } from './types/organization.ts';
import { policy } from './types/policy.ts';
import { policyStatement } from './types/policy-statement.ts';
import { publication } from './types/publication.ts';
import { publisher } from './types/publisher.ts';
import { reading } from './types/reading.ts';
import { region } from './types/region.ts';
import { replicationRule } from './types/replication-rule.ts';
import { ruleBehind } from './types/rule-behind.ts';
import { ruleTarget } from './types/rule-target.ts';
import { subscription } from './types/subscription.ts';
import { topic } from './types/topic.ts';
import { trail } from './types/trail.ts';
import { trailStatus } from './types/trail-status.ts';

/** Every type of resource that rules can speak of, by name. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  [
    account,
    alarm,
    alarmAction,
    bucket,
    compositeAlarm,
    delegation,
    deliveryRole,
    eventBus,
    eventDataStore,
    eventRule,
    kmsKey,
    lifecycleRule,
    logAlarm,
    logGroup,
    metricFilter,
    organization,
    policy,
    policyStatement,
    publication,
    publisher,
    reading,
    region,
    replicationRule,
    ruleBehind,
    ruleTarget,
    subscription,
    topic,
    trail,
    trailStatus,
  ].map((type) => [type.name, type]),
);

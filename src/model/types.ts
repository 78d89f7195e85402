import type { ResourceType } from './schema.ts';
import { accessLog } from './types/access-log.ts';
import { account } from './types/account.ts';
import { alarm } from './types/alarm.ts';
import { alarmAction } from './types/alarm-action.ts';
import { bucket } from './types/bucket.ts';
import { compositeAlarm } from './types/composite-alarm.ts';
import { configRecorder } from './types/config-recorder.ts';
import { configRecorderStatus } from './types/config-recorder-status.ts';
import { customerKey } from './types/customer-key.ts';
import { delegation } from './types/delegation.ts';
import { deliveryRole } from './types/delivery-role.ts';
import { eventBus } from './types/event-bus.ts';
import { eventDataStore } from './types/event-data-store.ts';
import { eventRule } from './types/event-rule.ts';
import { kmsKey } from './types/kms-key.ts';
import { lifecycleRule } from './types/lifecycle-rule.ts';
import { flowLog } from './types/flow-log.ts';
import { logAlarm } from './types/log-alarm.ts';
import { logGroup } from './types/log-group.ts';
import { logSubscription } from './types/log-subscription.ts';
import { logsDestination } from './types/logs-destination.ts';
import { logsResourcePolicy } from './types/logs-resource-policy.ts';
import { metricFilter } from './types/metric-filter.ts';
import { monitoringLink } from './types/monitoring-link.ts';
import { monitoringSink } from './types/monitoring-sink.ts';
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
import { securityHub } from './types/security-hub.ts';
import { sharingRole } from './types/sharing-role.ts';
import { subscription } from './types/subscription.ts';
import { topic } from './types/topic.ts';
import { trail } from './types/trail.ts';
import { trailStatus } from './types/trail-status.ts';
import { webFrontEnd } from './types/web-front-end.ts';
import { vpc } from './types/vpc.ts';
import { vpcEndpoint } from './types/vpc-endpoint.ts';

/** Every type of resource that rules can speak of, by name. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  [
    accessLog,
    account,
    alarm,
    alarmAction,
    bucket,
    compositeAlarm,
    configRecorder,
    configRecorderStatus,
    customerKey,
    delegation,
    deliveryRole,
    eventBus,
    eventDataStore,
    eventRule,
    kmsKey,
    lifecycleRule,
    flowLog,
    logAlarm,
    logGroup,
    logSubscription,
    logsDestination,
    logsResourcePolicy,
    metricFilter,
    monitoringLink,
    monitoringSink,
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
    securityHub,
    sharingRole,
    subscription,
    topic,
    trail,
    trailStatus,
    vpc,
    vpcEndpoint,
    webFrontEnd,
  ].map((type) => [type.name, type]),
);

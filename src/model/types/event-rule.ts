import { resourceDenies } from '../read/control-policy-inquiry.ts';
import type { FieldShape, ResourceType } from '../schema.ts';
import { fact, many, one } from '../define.ts';
import { namesReadCalls } from '../../event-pattern.ts';
import { busOf, ruleMatches, rulesOf, seesCloudTrailEvents } from '../read/event-rules.ts';
import { textOf } from '../read/make.ts';
import { targetsOf } from '../read/rule-targets.ts';

/** What ListRules tells of a rule. */
export const ruleFields: { readonly [name: string]: FieldShape } = {
  Name: 'string',
  Arn: 'string',
  Description: 'string',
  State: 'string',
  EventPattern: 'string',
  EventBusName: 'string',
  ScheduleExpression: 'string',
  ManagedBy: 'string',
  RoleArn: 'string',
};

export const eventRule: ResourceType = {
  name: 'event-rule',
  noun: 'event rule',
  service: 'events',
  description: 'A rule on an event bus: its pattern picks events, each goes to its targets.',
  calls: ['events:ListRules'],
  fields: ruleFields,
  relations: {
    bus: one({
      to: 'event-bus',
      description: 'The event bus that the rule stands on.',
      calls: ['events:ListEventBuses'],
      resolve: (resource, model) => busOf(model, resource),
    }),
    targets: many({
      to: 'rule-target',
      description: 'Targets of the rule.',
      calls: ['events:ListTargetsByRule'],
      resolve: (resource, model) => targetsOf(model, resource),
    }),
  },
  facts: {
    matchedEvents: fact({
      shape: 'events',
      description:
        'The CloudTrail events that a running trail of its account records in its region, that are delivered to the rule in its state, and that its pattern matches. Absent on other than the default bus, and where no trail runs.',
      calls: ['cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus', 'cloudtrail:GetEventSelectors'],
      resolve: ruleMatches,
    }),
    seesCloudTrailEvents: fact({
      shape: 'boolean',
      description:
        'Whether the rule can be there to see CloudTrail events: it has a pattern that names no other detail-types only, and AWS does not manage it for a service. The targets of others are not collected.',
      calls: [],
      resolve: (resource) => seesCloudTrailEvents(resource),
    }),
    namesReadCalls: fact({
      shape: 'boolean',
      description:
        'Whether the pattern asks for calls by name that only read (Describe, Get, List): state `ENABLED` holds these back.',
      calls: [],
      resolve: (resource) => namesReadCalls(textOf(resource.data, 'EventPattern') ?? ''),
    }),
  },
  inquiries: { controlPoliciesDeny: resourceDenies(({ id }) => [id]) },
  population: (account, model) => rulesOf(model, account.id),
  populationCalls: ['events:ListEventBuses'],
};

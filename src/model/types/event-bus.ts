import type { ResourceType } from '../schema.ts';
import { fact, many, one } from '../define.ts';
import { busesIn, isDefaultBus, policyOfBus, receivedEvents } from '../read/event-buses.ts';
import { rulesOn } from '../read/event-rules.ts';
import { overRegions } from '../read/regions.ts';

export const eventBus: ResourceType = {
  name: 'event-bus',
  noun: 'event bus',
  service: 'events',
  description: 'An event bus of EventBridge in one region.',
  calls: ['events:ListEventBuses'],
  fields: {
    Name: 'string',
    Arn: 'string',
    Description: 'string',
    Policy: 'string',
    CreationTime: 'time',
    LastModifiedTime: 'time',
  },
  relations: {
    account: one({
      to: 'account',
      description: 'The account that owns the bus.',
      calls: [],
      resolve: (resource, model) => model.account(resource.account),
    }),
    policy: one({
      to: 'policy',
      description:
        'Who else may send to the bus and change it, read by meaning. Absent where only its account may.',
      calls: [],
      resolve: (resource, model) => policyOfBus(model, resource),
    }),
    rules: many({
      to: 'event-rule',
      description: 'Rules on the bus.',
      calls: ['events:ListRules'],
      resolve: (resource, model) => rulesOn(model, resource),
    }),
  },
  facts: {
    default: fact({
      shape: 'boolean',
      description: 'Whether it is the bus that AWS makes in each region and sends its own events to.',
      calls: [],
      resolve: (resource) => isDefaultBus(resource),
    }),
    receivedEvents: fact({
      shape: 'events',
      description:
        'The CloudTrail events that AWS sends to the bus: those of its account and region that a running trail records. Absent for other than the default bus, and where no trail runs.',
      calls: ['cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus', 'cloudtrail:GetEventSelectors'],
      resolve: receivedEvents,
    }),
  },
  population: (account, model) =>
    overRegions(model, account.id, (region) => busesIn(model, account.id, region)),
};

import type { ResourceType } from '../schema.ts';
import { fact, many, one } from '../define.ts';
import { matchesBehind, ruleOfBehind, targetsBehind } from '../read/rule-targets.ts';
import { ruleFields } from './event-rule.ts';

export const ruleBehind: ResourceType = {
  name: 'rule-behind',
  noun: 'event rule behind it',
  service: 'events',
  description:
    'A rule on an event bus as it stands behind one target that sends events to that bus. Its fields are those of the rule.',
  calls: ['events:ListRules'],
  fields: ruleFields,
  relations: {
    rule: one({
      to: 'event-rule',
      description: 'The rule.',
      calls: [],
      resolve: (resource, model) => ruleOfBehind(model, resource),
    }),
    targets: many({
      to: 'rule-target',
      description: 'Targets of the rule.',
      calls: ['events:ListTargetsByRule'],
      resolve: (resource, model) => targetsBehind(model, resource),
    }),
  },
  facts: {
    matchedEvents: fact({
      shape: 'events',
      description:
        'The CloudTrail events of the account and region of the target that its pattern matches when they are sent to its bus.',
      calls: [],
      resolve: (resource) => matchesBehind(resource),
    }),
  },
};

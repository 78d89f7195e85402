import type { JsonObject } from '../../json.ts';
import { objects, textOf } from '../answer.ts';
import { maySeeCloudTrailEvents, ruleNameOf } from '../event-rules.ts';
import type { Answer, Call, Item } from './call.ts';

/** Asked in each enabled region of each account. */
export const lists: readonly Call[] = [
  {
    service: 'events',
    operation: 'ListEventBuses',
    scope: 'region',
    input: { Limit: 100 },
    // The SDK has no paginators for EventBridge; its lists have pages all the same.
    paging: { input: 'NextToken', output: 'NextToken' },
    hasUnlessEmpty: 'EventBuses',
    rate: 10,
    action: 'events:ListEventBuses',
    why: 'Event buses and who may send to them.',
  },
];

/** Asked about what other answers name. */
export const details: readonly Call[] = [
  {
    service: 'events',
    operation: 'ListRules',
    scope: 'item',
    input: { Limit: 100 },
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['events:ListEventBuses'],
      once: "once for each event bus that is not a partner's",
      items: busesOf,
      // Without a name it is the default bus: the only one that AWS sends CloudTrail events to.
      input: ({ name }) => (name === 'default' ? {} : { EventBusName: name }),
    },
    hasUnlessEmpty: 'Rules',
    absent: ['ResourceNotFoundException'],
    rate: 10,
    action: 'events:ListRules',
    why: 'Rules on event buses with their patterns and states.',
  },
  {
    service: 'events',
    operation: 'ListTargetsByRule',
    scope: 'item',
    input: { Limit: 100 },
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['events:ListRules'],
      once: 'once for each event rule that may see CloudTrail events',
      items: eventRulesOf,
      input: ({ name }) => targetsInput(name),
    },
    hasUnlessEmpty: 'Targets',
    absent: ['ResourceNotFoundException'],
    rate: 10,
    action: 'events:ListTargetsByRule',
    why: 'What a rule does with the events. Rules that AWS manages for a service are left out.',
  },
];

/** The buses that rules may stand on and get CloudTrail events: those of partners carry the partners' events only. */
function busesOf({ output, account, region }: Answer): readonly Item[] {
  return objects(output['EventBuses']).flatMap((bus) => {
    const name = textOf(bus['Name']);
    return name === undefined || name.startsWith('aws.partner/') ? [] : [{ name, owner: account, region }];
  });
}

function eventRulesOf({ output, account, region }: Answer): readonly Item[] {
  return objects(output['Rules']).flatMap((rule) => {
    const name = textOf(rule['Arn']);
    return name !== undefined && ruleNameOf(name) !== undefined && maySeeCloudTrailEvents(rule)
      ? [{ name, owner: account, region }]
      : [];
  });
}

function targetsInput(arn: string): JsonObject {
  const { rule = '', bus } = ruleNameOf(arn) ?? {};
  return { Rule: rule, ...(bus === undefined ? {} : { EventBusName: bus }) };
}

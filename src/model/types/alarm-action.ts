import { parseArn } from '../arn.ts';
import type { ResourceType } from '../schema.ts';
import { fact, one } from '../define.ts';
import { actionGrounds, actionParts, actionRuns } from '../read/actions.ts';
import { actionTells, functionLetsIn } from '../read/action-ends.ts';
import { isMuted } from '../read/mutes.ts';
import { publicationOf } from '../read/publications.ts';
import { actionTopic } from '../read/topics.ts';

const kinds: { readonly [service: string]: string } = {
  sns: 'topic',
  lambda: 'lambda',
  ssm: 'ops-item',
  'ssm-incidents': 'incident',
  autoscaling: 'scaling',
  automate: 'ec2',
  swf: 'ec2',
  aiops: 'investigation',
};

export const alarmAction: ResourceType = {
  name: 'alarm-action',
  noun: 'alarm action',
  service: 'cloudwatch',
  description:
    'What is done when an alarm enters ALARM: one entry of `AlarmActions` of the alarm, or of a composite alarm over it. Its fields are those of the alarm that does it.',
  calls: ['cloudwatch:DescribeAlarms'],
  fields: {
    AlarmName: 'string',
    AlarmArn: 'string',
    ActionsEnabled: 'boolean',
    AlarmActions: { list: 'string' },
    AlarmRule: 'string',
    ActionsSuppressor: 'string',
    StateValue: 'string',
  },
  relations: {
    alarm: one({
      to: 'alarm',
      description: 'The alarm whose ALARM state sets it off.',
      calls: [],
      resolve: (resource, model) => actionParts(model, resource)?.cause,
    }),
    publication: one({
      to: 'publication',
      description: 'The SNS topic that it notifies, with what becomes of the message there.',
      calls: ['sns:GetTopicAttributes'],
      resolve: (resource, model) => publicationOf(model, resource),
    }),
    topic: one({
      to: 'topic',
      description: 'The SNS topic that it notifies.',
      calls: ['sns:GetTopicAttributes'],
      resolve: (resource, model) => {
        const parts = actionParts(model, resource);
        return parts === undefined ? undefined : actionTopic(model, parts.target, parts.actor.account);
      },
    }),
  },
  facts: {
    target: fact({
      shape: 'string',
      description: 'ARN of what it notifies or runs.',
      calls: [],
      resolve: (resource, model) => actionParts(model, resource)?.target,
    }),
    kind: fact({
      shape: 'string',
      description:
        '`topic`, `lambda`, `ops-item`, `incident`, `investigation`, `scaling`, `ec2`, or the service of the ARN where it is another.',
      calls: [],
      resolve: (resource, model) => {
        const service = parseArn(actionParts(model, resource)?.target ?? '')?.service;
        return service === undefined ? undefined : (kinds[service] ?? service);
      },
    }),
    runs: fact({
      shape: 'boolean',
      description:
        'Whether it runs when this alarm alone enters ALARM: actions are enabled and, for a composite alarm, its rule becomes true by this alarm alone.',
      calls: [],
      resolve: (resource, model) => actionRuns(model, resource),
      follows: actionGrounds,
    }),
    muted: fact({
      shape: 'boolean',
      description:
        'Whether a mute rule silences the alarm that does it, at the time of the snapshot or by its schedule always.',
      calls: ['cloudwatch:ListAlarmMuteRules', 'cloudwatch:GetAlarmMuteRule'],
      resolve: (resource, model) => {
        const parts = actionParts(model, resource);
        return parts === undefined ? undefined : isMuted(parts.actor, model);
      },
    }),
    functionLetsIn: fact({
      shape: 'boolean',
      description:
        'Whether the function that it runs lets alarms run it, by its policy. Absent where it runs no function.',
      calls: ['lambda:GetPolicy'],
      resolve: functionLetsIn,
    }),
    tells: fact({
      shape: 'boolean',
      description:
        'Whether somebody is told by the function, item for operators, incident or investigation that it starts: that is never known, except of a function that may not be run. Absent for topics, and for actions on machines.',
      calls: ['lambda:GetPolicy'],
      resolve: actionTells,
    }),
    viaComposite: fact({
      shape: 'string',
      description: 'Name of the composite alarm that does it; absent where the alarm does it itself.',
      calls: [],
      resolve: (resource, model) => {
        const parts = actionParts(model, resource);
        return parts === undefined || parts.actor === parts.cause ? undefined : parts.actor.name;
      },
    }),
  },
};

import type { JsonObject } from '../../json.ts';
import { objects, textOf } from '../answer.ts';
import type { Answer, Call, Item } from './call.ts';

/** Asked in each enabled region of each account. */
export const lists: readonly Call[] = [
  {
    service: 'cloudwatch',
    operation: 'DescribeAlarms',
    scope: 'region',
    // Without AlarmTypes only metric alarms are answered.
    input: { AlarmTypes: ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'], MaxRecords: 100 },
    olderInputs: [{ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100 }],
    paging: { input: 'NextToken', output: 'NextToken' },
    hasUnlessEmpty: 'MetricAlarms',
    rate: 9,
    action: 'cloudwatch:DescribeAlarms',
    why: 'Metric, composite and log alarms with their actions. Composite ones need the permission on resource "*".',
  },
];

/** Asked about what other answers name. */
export const details: readonly Call[] = [
  {
    service: 'cloudwatch',
    operation: 'ListAlarmMuteRules',
    scope: 'item',
    input: { MaxRecords: 100 },
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['cloudwatch:DescribeAlarms'],
      once: 'once in each region that has alarms',
      items: regionOfAlarms,
      input: () => ({}),
    },
    hasUnlessEmpty: 'AlarmMuteRuleSummaries',
    isNew: true,
    rate: 50,
    action: 'cloudwatch:ListAlarmMuteRules',
    why: 'Rules that silence alarms without a trace in the alarm itself.',
  },
  {
    service: 'cloudwatch',
    operation: 'GetAlarmMuteRule',
    scope: 'item',
    input: {},
    each: {
      answers: ['cloudwatch:ListAlarmMuteRules'],
      once: 'once for each mute rule that is not expired',
      items: muteRulesOf,
      input: ({ name }) => ({ AlarmMuteRuleName: name }),
    },
    has: 'AlarmMuteRuleArn',
    absent: ['ResourceNotFoundException'],
    rate: 20,
    action: 'cloudwatch:GetAlarmMuteRule',
    why: 'Which alarms a mute rule silences, and when.',
  },
];

export function alarmsOf({ output }: Answer): readonly JsonObject[] {
  return ['MetricAlarms', 'CompositeAlarms', 'LogAlarms'].flatMap((list) => objects(output[list]));
}

/** Mute rules silence alarms of their own account and region: without alarms there is nothing to ask. */
function regionOfAlarms(answer: Answer): readonly Item[] {
  const { account, region } = answer;
  return alarmsOf(answer).length === 0 ? [] : [{ name: region, owner: account, region }];
}

function muteRulesOf({ output, account, region }: Answer): readonly Item[] {
  return objects(output['AlarmMuteRuleSummaries']).flatMap((rule) => {
    const name = textOf(rule['AlarmMuteRuleArn'])?.replace(/^.*:alarm-mute-rule:/, '');
    return name === undefined || rule['Status'] === 'EXPIRED' ? [] : [{ name, owner: account, region }];
  });
}

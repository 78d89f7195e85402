import { mutedShare } from '../alarm/mute-schedule.ts';
import { askList, askOne, itemsOf } from '../ask.ts';
import { asksForAll } from '../calls.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, Resource } from '../resource.ts';
import { joinUnknown, Unknown } from '../unknown.ts';
import { textOf, textsOf } from './make.ts';

const listRules = 'cloudwatch:ListAlarmMuteRules';
const getRule = 'cloudwatch:GetAlarmMuteRule';

/** A mute rule that is not expired: what it silences and when. */
interface MuteRule {
  readonly alarms: ReadonlySet<string>;
  readonly active: boolean;
  /** Share of all time that it silences by its schedule; undefined where the schedule is not understood. */
  readonly share: number | undefined;
}

interface MuteRules {
  readonly rules: readonly MuteRule[];
  readonly missing: Unknown | undefined;
}

/** Codes with which a region answers that does not know mute rules: there are none in it. */
const unknownToRegion: ReadonlySet<string> = new Set([
  'UnknownOperationException',
  'UnsupportedOperationException',
  'UnsupportedOperation',
  'InvalidAction',
]);

/** Whether a mute rule silences the alarm now, or by its schedule always. */
export function isMuted(alarm: Resource, model: OrganizationModel): Fact {
  const { rules, missing } = muteRules(model, alarm.account, alarm.region);
  const own = rules.filter((rule) => rule.alarms.has(alarm.name));
  if (own.some((rule) => rule.active || rule.share === 1)) return true;
  if (own.some((rule) => rule.share === undefined)) {
    return model.whyMissing.undecided(
      getRule,
      alarm.account,
      alarm.region,
      `the schedule of a mute rule of alarm ${alarm.name} is not understood`,
    );
  }
  return missing ?? false;
}

/** The largest share of all time, from 0 to 1, that the schedule of one mute rule silences the alarm. */
export function shareMuted(alarm: Resource, model: OrganizationModel): Fact {
  const { rules, missing } = muteRules(model, alarm.account, alarm.region);
  if (missing !== undefined) return missing;
  const shares = rules.filter((rule) => rule.alarms.has(alarm.name)).map((rule) => rule.share);
  if (shares.includes(undefined)) return isMuted(alarm, model);
  return Math.max(0, ...shares.map((share) => share ?? 0));
}

function muteRules(model: OrganizationModel, account: string, region: string): MuteRules {
  const read = (): MuteRules => {
    const listed = askList(model, { call: listRules, account, region, answering: asksForAll });
    if (listed.records.some((record) => unknownToRegion.has(record.error?.code ?? ''))) {
      return { rules: [], missing: undefined };
    }
    const missing: Unknown[] = [];
    const rules: MuteRule[] = [];
    for (const { data } of itemsOf(listed, 'AlarmMuteRuleSummaries')) {
      const arn = textOf(data, 'AlarmMuteRuleArn');
      if (arn === undefined || data['Status'] === 'EXPIRED') continue;
      const name = arn.replace(/^.*:alarm-mute-rule:/, '');
      const told = askOne(model, {
        call: getRule,
        account,
        region,
        answering: (input) => [name, arn].includes(textOf(input, 'AlarmMuteRuleName') ?? ''),
      });
      if (told instanceof Unknown) missing.push(told);
      else if (told.output !== undefined) rules.push(ruleFrom(told.output, data));
    }
    return { rules, missing: joinUnknown([listed.missing, ...missing]) };
  };
  return model.part(account)?.keep(`mute rules ${region}`, read) ?? read();
}

function ruleFrom(rule: JsonObject, summary: JsonObject): MuteRule {
  const targets = rule['MuteTargets'];
  const inner = rule['Rule'];
  const schedule = isJsonObject(inner) ? inner['Schedule'] : undefined;
  const expression = isJsonObject(schedule) ? textOf(schedule, 'Expression') : undefined;
  const duration = isJsonObject(schedule) ? textOf(schedule, 'Duration') : undefined;
  return {
    alarms: new Set(isJsonObject(targets) ? textsOf(targets['AlarmNames']) : []),
    active: (textOf(rule, 'Status') ?? textOf(summary, 'Status')) === 'ACTIVE',
    share: expression === undefined || duration === undefined ? undefined : mutedShare(expression, duration),
  };
}

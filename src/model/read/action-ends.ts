import type { JsonObject } from '../../json.ts';
import { parseArn } from '../arn.ts';
import { askOne } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import { readPolicy } from '../policy/document.ts';
import { allows } from '../policy/evaluate.ts';
import type { Fact, Resource } from '../resource.ts';
import { Unknown } from '../unknown.ts';
import { actionParts } from './actions.ts';
import { textOf } from './make.ts';
import { alarmRequest } from './publications.ts';

const getPolicy = 'lambda:GetPolicy';
/** The service that runs functions for alarms (CloudWatch guide, alarm actions on Lambda functions). */
const service = 'lambda.alarms.cloudwatch.amazonaws.com';

/** What somebody may be told by, beside topics: services of the targets of alarm actions. */
const telling: ReadonlySet<string> = new Set(['lambda', 'ssm', 'ssm-incidents', 'aiops']);

/**
 * Whether the function that an action runs lets alarms run it, by its policy; a function without one lets nobody, and one
 * that does not exist has none. Absent where the action runs no function.
 */
export function functionLetsIn(action: Resource, model: OrganizationModel): Fact {
  const parts = actionParts(model, action);
  const arn = parseArn(parts?.target ?? '');
  if (parts === undefined || arn?.service !== 'lambda') return undefined;
  const { target, actor } = parts;
  const told = askOne(model, {
    call: getPolicy,
    account: arn.account,
    region: arn.region,
    answering: (input: JsonObject) => input['FunctionName'] === target,
  });
  if (told instanceof Unknown) return told;
  const policy = told.output === undefined ? undefined : textOf(told.output, 'Policy');
  if (policy === undefined) return false;
  const context = { ...alarmRequest(model, actor).context, 'aws:principalservicename': service };
  const caller = { kind: 'service', name: service } as const;
  return (
    allows(readPolicy(policy), { caller, context, action: 'lambda:InvokeFunction', resource: target }) ??
    model.whyMissing.undecided(
      getPolicy,
      arn.account,
      arn.region,
      `whether the policy of function ${target} lets alarm ${actor.name} run it is not decided`,
    )
  );
}

/**
 * Whether somebody is told by what an action runs: a function, an item for operators, an incident. What they do cannot be
 * seen, except that a function which may not be run does nothing. Absent for topics, and for actions on machines.
 */
export function actionTells(action: Resource, model: OrganizationModel): Fact {
  const parts = actionParts(model, action);
  if (parts === undefined || !telling.has(parseArn(parts.target)?.service ?? '')) return undefined;
  const letsIn = functionLetsIn(action, model);
  if (letsIn === false || letsIn instanceof Unknown) return letsIn;
  return model.whyMissing.undecided(
    'cloudwatch:DescribeAlarms',
    action.account,
    action.region,
    `whether somebody is told by ${parts.target} cannot be seen`,
  );
}

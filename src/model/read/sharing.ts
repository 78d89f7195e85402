import { isJsonObject, type JsonObject } from '../../json.ts';
import { parseArn } from '../arn.ts';
import { askList, askOne, itemsOf } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import type { RelatedList } from '../resource.ts';
import { decodedDocument, readPolicy } from '../policy/document.ts';
import { joinUnknown, Unknown } from '../unknown.ts';
import { textOf, textsOf } from './make.ts';

const listLinks = 'oam:ListLinks';
const getLink = 'oam:GetLink';
const getRole = 'iam:GetRole';
const metrics = 'AWS::CloudWatch::Metric';

/** The role by which an account lets others read its metrics (PutMetricAlarm, cross-account alarms). */
const sharingRole = 'CloudWatch-CrossAccountSharingRole';

/** Another account that is shown metrics of an account in a region. */
export interface Watcher {
  readonly account: string;
  /** Whether it is shown those of every namespace; not known where a filter of the link says which, or a role shows them. */
  readonly seesAll: true | Unknown;
}

/** All of them, and whether there may be more. */
export interface Watchers {
  readonly items: readonly Watcher[];
  readonly missing: Unknown | undefined;
  readonly records: RelatedList['records'];
}

/**
 * Accounts that see the metrics of an account in a region: those it is linked to (CloudWatch guide, cross-account
 * observability), and those that its sharing role trusts. Links and role name them, so nothing has to be looked for elsewhere.
 */
export function watchersOf(model: OrganizationModel, account: string, region: string): Watchers {
  const read = (): Watchers => {
    const listed = askList(model, { call: listLinks, account, region });
    const items = itemsOf(listed, 'Items').flatMap(({ data }): Watcher[] => {
      const sink = parseArn(textOf(data, 'SinkArn') ?? '')?.account;
      if (sink === undefined || !textsOf(data['ResourceTypes']).includes(metrics)) return [];
      return [{ account: sink, seesAll: sharesAll(model, account, region, textOf(data, 'Arn') ?? '') }];
    });
    const trusted = trustedBySharingRole(model, account);
    return {
      items: [...items, ...trusted.items],
      missing: joinUnknown([listed.missing, trusted.missing]),
      records: [...listed.records, ...trusted.records],
    };
  };
  return model.part(account)?.keep(`watchers ${region}`, read) ?? read();
}

/** Accounts that may read all metrics by the sharing role. What its policies take away again is not looked at. */
function trustedBySharingRole(model: OrganizationModel, account: string): Watchers {
  const told = askOne(model, {
    call: getRole,
    account,
    region: 'global',
    answering: (input: JsonObject) => input['RoleName'] === sharingRole,
  });
  if (told instanceof Unknown) return { items: [], missing: told, records: [] };
  const records = [told.record];
  const role = told.output?.['Role'];
  if (!isJsonObject(role)) return { items: [], missing: undefined, records };
  const open = (because: string): Unknown =>
    model.whyMissing.undecided(
      getRole,
      account,
      'global',
      `role ${sharingRole} of account ${account} ${because}`,
    );
  const policy = readPolicy(decodedDocument(textOf(role, 'AssumeRolePolicyDocument') ?? ''));
  const letting = policy?.statements.filter(({ effect }) => effect === 'Allow') ?? [];
  const wide = letting.some(
    ({ principals }) => principals?.everyone === true || principals?.excluded === true,
  );
  const named = new Set(
    letting.flatMap(({ principals }) =>
      (principals?.aws ?? []).map((name) => parseArn(name)?.account ?? name),
    ),
  );
  return {
    items: [...named]
      .filter((name) => name !== account && /^\d{12}$/.test(name))
      .map((name) => ({
        account: name,
        seesAll: open(
          `trusts account ${name}, and whether its policies let CloudWatch read metrics is not looked at`,
        ),
      })),
    missing:
      policy === undefined || wide
        ? open('lets accounts read its metrics that it does not name, and their alarms are not looked for')
        : undefined,
    records,
  };
}

function sharesAll(model: OrganizationModel, account: string, region: string, link: string): true | Unknown {
  const told = askOne(model, {
    call: getLink,
    account,
    region,
    answering: (input: JsonObject) => input['Identifier'] === link,
  });
  if (told instanceof Unknown) return told;
  const configuration = told.output?.['LinkConfiguration'];
  const shared = isJsonObject(configuration) ? configuration['MetricConfiguration'] : undefined;
  const filter = isJsonObject(shared) ? textOf(shared, 'Filter') : undefined;
  if (told.output !== undefined && filter === undefined) return true;
  return model.whyMissing.undecided(
    getLink,
    account,
    region,
    filter === undefined
      ? `link ${link} was gone when it was asked about`
      : `link ${link} shares only metrics for which ${filter}`,
  );
}

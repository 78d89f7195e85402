import { isJsonObject, type JsonObject } from '../../json.ts';
import { parseArn } from '../arn.ts';
import { askList, askOne, itemsOf } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import type { RelatedList } from '../resource.ts';
import { Unknown } from '../unknown.ts';
import { textOf, textsOf } from './make.ts';

const listLinks = 'oam:ListLinks';
const getLink = 'oam:GetLink';
const metrics = 'AWS::CloudWatch::Metric';

/** Another account that is shown metrics of an account in a region. */
export interface Watcher {
  readonly account: string;
  /** Whether it is shown those of every namespace; not known where a filter of the link says which. */
  readonly seesAll: true | Unknown;
}

/** All of them, and whether there may be more. */
export interface Watchers {
  readonly items: readonly Watcher[];
  readonly missing: Unknown | undefined;
  readonly records: RelatedList['records'];
}

/**
 * Monitoring accounts that see the metrics of an account in a region: those it is linked to (CloudWatch guide, cross-account
 * observability). The links of the account name them all, so nothing has to be looked for elsewhere.
 */
export function watchersOf(model: OrganizationModel, account: string, region: string): Watchers {
  const read = (): Watchers => {
    const listed = askList(model, { call: listLinks, account, region });
    const items = itemsOf(listed, 'Items').flatMap(({ data }): Watcher[] => {
      const sink = parseArn(textOf(data, 'SinkArn') ?? '')?.account;
      if (sink === undefined || !textsOf(data['ResourceTypes']).includes(metrics)) return [];
      return [{ account: sink, seesAll: sharesAll(model, account, region, textOf(data, 'Arn') ?? '') }];
    });
    return { items, missing: listed.missing, records: listed.records };
  };
  return model.part(account)?.keep(`watchers ${region}`, read) ?? read();
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

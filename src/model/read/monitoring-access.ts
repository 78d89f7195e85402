import { isJsonObject, type JsonObject } from '../../json.ts';
import { parseArn } from '../arn.ts';
import { askList, askOne, itemsOf, type Listed } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, Related, RelatedList, Resource } from '../resource.ts';
import { Unknown } from '../unknown.ts';
import { decodedDocument } from '../policy/document.ts';
import { metricFiltersIn } from './logs.ts';
import { joinLists, make, textOf } from './make.ts';
import { policyOf, surroundingsOf } from './policies.ts';
import { overRegions } from './regions.ts';
import { trailsOf } from './trails.ts';

const getRole = 'iam:GetRole';
/** The console makes it under this name (CloudWatch guide, cross-account cross-region console). */
const sharingRoleName = 'CloudWatch-CrossAccountSharingRole';

/** Links by which monitoring accounts see an account. */
export function monitoringLinks(model: OrganizationModel, account: string): RelatedList {
  return listed(model, account, 'oam:ListLinks', 'monitoring-link');
}

/** Sinks of an account, to which others link. */
export function monitoringSinks(model: OrganizationModel, account: string): RelatedList {
  return listed(model, account, 'oam:ListSinks', 'monitoring-sink');
}

function listed(
  model: OrganizationModel,
  account: string,
  call: 'oam:ListLinks' | 'oam:ListSinks',
  type: string,
): RelatedList {
  return overRegions(model, account, (region) =>
    whereMetrics(model, account, region, () => {
      const answer: Listed = askList(model, { call, account, region });
      const items = itemsOf(answer, 'Items').flatMap(({ data, source }): Resource[] => {
        const id = textOf(data, 'Arn');
        if (id === undefined) return [];
        const name = textOf(data, 'Label') ?? textOf(data, 'Name') ?? id;
        return [make(model, { type, id, account, region, name, data, sources: [source] })];
      });
      return { items, missing: answer.missing, records: answer.records };
    }),
  );
}

/** Asked only where there are metric filters, or the log group of a trail. */
function whereMetrics(
  model: OrganizationModel,
  account: string,
  region: string,
  read: () => RelatedList,
): RelatedList {
  const filters = metricFiltersIn(model, account, region);
  const trails = trailsOf(model, account);
  const why = joinLists([
    { ...filters, items: [] },
    { ...trails, items: [] },
  ]);
  const delivered = trails.items.some((trail) => {
    const group = parseArn(textOf(trail.data, 'CloudWatchLogsLogGroupArn') ?? '');
    return group?.account === account && group.region === region;
  });
  return filters.items.length === 0 && !delivered ? why : joinLists([why, read()]);
}

/** The account that sees what a link shares, where it is none of ours. */
export function foreignWatcher(link: Resource, model: OrganizationModel): Fact {
  const account = parseArn(textOf(link.data, 'SinkArn') ?? '')?.account;
  if (account === undefined || account === '') {
    return model.whyMissing.undecided(
      'oam:ListLinks',
      link.account,
      link.region,
      `to which account link ${link.name} leads is not told`,
    );
  }
  const ours = surroundingsOf(model, link).isOurs(account);
  return ours === undefined ? model.accounts.missing : ours ? undefined : account;
}

/** Who may link to a sink; undefined where it has no policy. */
export function sinkPolicy(model: OrganizationModel, sink: Resource): Related {
  const told = askOne(model, {
    call: 'oam:GetSinkPolicy',
    account: sink.account,
    region: sink.region,
    answering: (input: JsonObject) => input['SinkIdentifier'] === sink.id,
  });
  if (told instanceof Unknown || told.output === undefined) return told instanceof Unknown ? told : undefined;
  const source = { record: told.record, path: 'Policy' };
  return policyOf(model, sink, { text: textOf(told.output, 'Policy'), source });
}

/** The role through which other accounts look at CloudWatch; undefined where there is none, or nothing to look at. */
export function sharingRole(model: OrganizationModel, account: string): Related {
  const told = askOne(model, {
    call: getRole,
    account,
    region: 'global',
    answering: (input: JsonObject) => input['RoleName'] === sharingRoleName,
  });
  if (told instanceof Unknown) {
    let asked = false;
    const regions = overRegions(model, account, (region) =>
      whereMetrics(model, account, region, () => {
        asked = true;
        return { items: [], missing: undefined, records: [] };
      }),
    );
    return asked ? told : regions.missing;
  }
  const data = told.output?.['Role'];
  if (!isJsonObject(data)) return undefined;
  return make(model, {
    type: 'sharing-role',
    id: textOf(data, 'Arn') ?? `arn:${model.manifest.partition}:iam::${account}:role/${sharingRoleName}`,
    account,
    region: 'global',
    name: sharingRoleName,
    data,
    sources: [{ record: told.record, path: 'Role' }],
  });
}

/** Whom a role trusts. */
export function trustPolicy(model: OrganizationModel, role: Resource): Related {
  const [source] = role.sources;
  const text = textOf(role.data, 'AssumeRolePolicyDocument');
  return (
    source && policyOf(model, role, { text: text === undefined ? undefined : decodedDocument(text), source })
  );
}

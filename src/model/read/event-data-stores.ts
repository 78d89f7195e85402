import { isJsonObject } from '../../json.ts';
import { parseArn } from '../arn.ts';
import { askList, askOne, itemsOf, type Told } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, Related, RelatedList, Resource } from '../resource.ts';
import type { Grounds } from '../schema.ts';
import { Unknown } from '../unknown.ts';
import { make, textOf } from './make.ts';
import { policyOf } from './policies.ts';
import { overRegions } from './regions.ts';

const getStore = 'cloudtrail:GetEventDataStore';

/** The event data stores that an account owns, in all of its enabled regions. */
export function eventDataStoresOf(model: OrganizationModel, account: string): RelatedList {
  return overRegions(model, account, (region) => storesIn(model, account, region));
}

function storesIn(model: OrganizationModel, account: string, region: string): RelatedList {
  const listed = askList(model, { call: 'cloudtrail:ListEventDataStores', account, region });
  const read = (): RelatedList => {
    const items = itemsOf(listed, 'EventDataStores').flatMap(({ data, source }): Resource[] => {
      const arn = textOf(data, 'EventDataStoreArn') ?? '';
      const parsed = parseArn(arn);
      // A delegated administrator is shown the stores of the organization, which the management account owns.
      if (parsed?.account !== account || parsed.region !== region) return [];
      const told = askStore(model, arn, account, region);
      if (!(told instanceof Unknown) && told.output === undefined) return [];
      const known = told instanceof Unknown ? undefined : told;
      return [
        make(model, {
          type: 'event-data-store',
          id: arn,
          account,
          region,
          name: textOf(data, 'Name') ?? parsed.resource,
          data: known?.output ?? data,
          sources: known === undefined ? [source] : [{ record: known.record, path: '' }, source],
          partial: told instanceof Unknown ? told : undefined,
        }),
      ];
    });
    return { items, missing: listed.missing, records: listed.records };
  };
  return model.part(account)?.keep(`event data stores ${region}`, read) ?? read();
}

function askStore(model: OrganizationModel, arn: string, account: string, region: string): Told | Unknown {
  const answering = (input: Told['record']['input']): boolean => input['EventDataStore'] === arn;
  return askOne(model, { call: getStore, account, region, answering });
}

/** Categories of events that the selectors of a store take in: `Management`, `Data`, `Insight`, `ConfigurationItem` ... */
export function eventCategories(store: Resource): Fact {
  const selectors = store.data['AdvancedEventSelectors'];
  if (selectors === undefined) return store.partial ?? [];
  const fields = (Array.isArray(selectors) ? selectors : []).flatMap((selector) =>
    isJsonObject(selector) && Array.isArray(selector['FieldSelectors']) ? selector['FieldSelectors'] : [],
  );
  const categories = fields.flatMap((field) =>
    isJsonObject(field) && field['Field'] === 'eventCategory' && Array.isArray(field['Equals'])
      ? field['Equals'].filter((value) => typeof value === 'string')
      : [],
  );
  return [...new Set(categories)].sort();
}

/** Whether a customer made the key of a store. A store without a key is encrypted with one of CloudTrail's own. */
export function usesCustomerKey(store: Resource, model: OrganizationModel): Fact {
  const told = askKey(store, model);
  if (told === undefined)
    return store.data['KmsKeyId'] === undefined && store.partial ? store.partial : false;
  if (told instanceof Unknown) return told;
  const key = told.output?.['KeyMetadata'];
  return isJsonObject(key) && key['KeyManager'] === 'CUSTOMER';
}

/** The answer about the key of a store. */
export function keyGrounds(store: Resource, model: OrganizationModel): Grounds {
  const told = askKey(store, model);
  return told === undefined || told instanceof Unknown
    ? {}
    : { sources: [{ record: told.record, path: '' }] };
}

function askKey(store: Resource, model: OrganizationModel): Told | Unknown | undefined {
  const named = textOf(store.data, 'KmsKeyId');
  if (named === undefined) return undefined;
  const arn = parseArn(named);
  return askOne(model, {
    call: 'kms:DescribeKey',
    account: arn?.account ?? store.account,
    region: arn?.region ?? store.region,
    answering: (input) => input['KeyId'] === named,
  });
}

/** The resource policy of a store: who else may query it. */
export function storePolicy(store: Resource, model: OrganizationModel): Related {
  const told = askOne(model, {
    call: 'cloudtrail:GetResourcePolicy',
    account: store.account,
    region: store.region,
    answering: (input) => input['ResourceArn'] === store.id,
  });
  if (told instanceof Unknown) return told;
  const text = told.output === undefined ? undefined : textOf(told.output, 'ResourcePolicy');
  return policyOf(model, store, { text, source: { record: told.record, path: 'ResourcePolicy' } });
}

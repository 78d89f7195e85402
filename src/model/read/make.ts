import type { JsonObject, JsonValue } from '../../json.ts';
import type { StoredRecord } from '../../snapshot/record.ts';
import type { OrganizationModel } from '../organization.ts';
import type { RelatedList, Resource, Source } from '../resource.ts';
import { joinUnknown, type Unknown } from '../unknown.ts';

/** What a resource is made of; its type by name, so that readers need not know the types. */
export interface Making {
  readonly type: string;
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly data: JsonObject;
  readonly sources: readonly Source[];
  readonly partial?: Unknown | undefined;
}

/** Makes a resource of a type of the model. */
export function make(model: OrganizationModel, making: Making): Resource {
  const type = model.types.get(making.type);
  if (type === undefined) throw new Error(`no resource type ${making.type}`);
  const { id, account, region, name, data, sources, partial } = making;
  const resource = { type, id, account, region, name, data, sources };
  return partial === undefined ? resource : { ...resource, partial };
}

/** Text of a member, or undefined where it is absent, empty or something else. */
export function textOf(data: JsonObject, member: string): string | undefined {
  const value = data[member];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Members without those that are empty text: AWS answers so, too, where there is nothing. */
export function withoutEmpty(data: JsonObject): JsonObject {
  const kept = Object.entries(data).filter(([, value]) => value !== '');
  return kept.length === Object.keys(data).length ? data : Object.fromEntries(kept);
}

/** The texts in a list; nothing where the value is no list. */
export function textsOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Several lists as one; a resource that stands in several of them is taken once. */
export function joinLists(lists: readonly RelatedList[]): RelatedList {
  const [only] = lists;
  if (lists.length === 1 && only !== undefined) return only;
  const items = new Set<Resource>();
  const records = new Set<StoredRecord>();
  for (const list of lists) {
    for (const item of list.items) items.add(item);
    for (const record of list.records) records.add(record);
  }
  return {
    items: [...items],
    missing: joinUnknown(lists.map((list) => list.missing)),
    records: [...records],
  };
}

/** The elements of a list for which `keep` holds. */
export function narrow(list: RelatedList, keep: (resource: Resource) => boolean): RelatedList {
  return { ...list, items: list.items.filter(keep) };
}

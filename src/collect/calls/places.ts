import { objects } from '../answer.ts';
import type { Answer, Item } from './call.ts';

export const inItsPlace = 'in its own account and region';

/** Service, region and account of an ARN; undefined for text that is none. */
export function splitArn(arn: string): { service: string; region: string; account: string } | undefined {
  const [prefix, , service = '', region = '', account = '', resource] = arn.split(':');
  return prefix === 'arn' && resource !== undefined && /^\d{12}$/.test(account)
    ? { service, region, account }
    : undefined;
}

export function isRegionName(name: unknown): name is string {
  return typeof name === 'string' && /^[a-z]{2,}(?:-[a-z]+)+-\d{1,2}$/.test(name);
}

/** The last part of an ARN: a name without its path. */
export function nameInArn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** The region of an answer whose list is not empty, to ask more about it there. */
export function regionIf({ output, account, region }: Answer, list: string): readonly Item[] {
  return objects(output[list]).length === 0 ? [] : [{ name: region, owner: account, region }];
}

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

import { Order } from './order.ts';
import { Search } from './query.ts';
import type { Report } from './report.ts';

/** What views work with. */
export interface Shared {
  readonly report: Report;
  readonly search: Search;
  readonly order: Order;
  /** Rows of the list that was looked at last, for going from one finding to the next. */
  list: { readonly rows: Uint32Array; readonly address: string } | undefined;
}

export function share(report: Report): Shared {
  return {
    report,
    search: new Search(report),
    order: new Order(
      report.findings,
      report.findings.accounts.map((id) => `${report.accountName(id)} ${id}`),
    ),
    list: undefined,
  };
}

export const SharedContext = createContext<Shared | undefined>(undefined);

export function useShared(): Shared {
  const shared = useContext(SharedContext);
  if (shared === undefined) throw new Error('no report around this view');
  return shared;
}

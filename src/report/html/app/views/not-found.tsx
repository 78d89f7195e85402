import type { JSX } from 'preact';

import { href } from '../route.ts';
import { Head, Text } from '../ui.tsx';

/** What an address leads to that this report does not have. */
export function NotFound({ what }: { readonly what: string }): JSX.Element {
  return (
    <>
      <Head title="Not in this report" />
      <p>
        There is no <Text>{what}</Text> here. The address may come from another report.{' '}
        <a href={href('overview')}>To the overview</a>
      </p>
    </>
  );
}

import type { JSX } from 'preact';

import type { ControlScore, PackScore } from '../../../../evaluate/score.ts';
import { useShared } from '../context.ts';
import { href } from '../route.ts';
import { Facts, Text } from '../ui.tsx';

/** Address of the page of a control. */
export function controlHref(score: PackScore, control: ControlScore): string {
  return href('control', `${score.pack}/${control.id}`);
}

/** Controls that a rule bears on, for its page. */
export function ControlsOfRule({ rule }: { readonly rule: string }): JSX.Element | null {
  const { scores } = useShared().report.meta.totals;
  const named = scores.flatMap((score) => {
    const controls = score.controls.filter((control) => control.rules.some((one) => one.rule === rule));
    return controls.length === 0 ? [] : [{ score, controls }];
  });
  if (named.length === 0) return null;
  return (
    <details class="source">
      <summary>Controls that it bears on</summary>
      <Facts
        pairs={named.map(({ score, controls }) => [
          score.title,
          <ul class="inline">
            {controls.map((control) => (
              <li key={control.id}>
                <a href={controlHref(score, control)}>
                  <Text>{control.id}</Text>
                </a>
              </li>
            ))}
          </ul>,
        ])}
      />
    </details>
  );
}

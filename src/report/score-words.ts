import type { ControlScore, ControlState, PackScore } from '../evaluate/score.ts';

/** `52 % of 21`: of the controls that are decided. */
export function percentText({ percent, counts }: PackScore): string {
  return percent === null ? 'nothing decided' : `${percent} % of ${counts.satisfied + counts.failed}`;
}

/** `11 (3 in part)`: satisfied controls, and how many of them were judged in part only. */
export function satisfiedText({ counts, inPart }: PackScore): string {
  return inPart === 0 ? String(counts.satisfied) : `${counts.satisfied} (${inPart} in part)`;
}

/** Ids of the controls in a state, as one line. */
export function controlsIn(score: PackScore, state: ControlState): string {
  const found = score.controls.filter((control) => control.state === state);
  return found.map((control) => `${control.id}${waivedMark(control)}`).join(', ');
}

function waivedMark({ waived }: ControlScore): string {
  return waived === true ? ' (waived)' : '';
}

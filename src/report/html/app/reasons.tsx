import type { JSX } from 'preact';

import type { Reason } from '../../../evaluate/finding.ts';
import { Chain } from './chain.tsx';
import { Causes, Marks, type EvidenceList } from './evidence.tsx';
import { Json, StateIcon, Text, Value } from './ui.tsx';
import { reasonWords } from './words.ts';

/** Children of a reason that are shown at once. */
const shownAtOnce = 12;

/** What a field held and what was wanted. */
function Comparison({ reason }: { readonly reason: Reason }): JSX.Element | null {
  // The sentence says it all where it names the field.
  if (reason.kind !== 'field' || reason.field === undefined || reason.text.includes(reason.field))
    return null;
  return (
    <span class="comparison">
      <code>
        <Text>{reason.field}</Text>
      </code>{' '}
      {reason.verdict === 'unknown' ? (
        'is not known'
      ) : (
        <>
          found <Value value={reason.found} />
        </>
      )}
      {reason.wanted !== undefined && (
        <>
          , wanted{' '}
          <span class="wanted">
            <Text>{reason.wanted}</Text>
          </span>
        </>
      )}
    </span>
  );
}

/** Why a check came out as it did: the tree of its parts, the nearest miss first. */
export function ReasonTree({
  reason,
  evidence,
  depth = 0,
}: {
  readonly reason: Reason;
  readonly evidence: EvidenceList;
  readonly depth?: number;
}): JSX.Element {
  const children = reason.children ?? [];
  const [only] = children;
  // A reason that only repeats its one part stands for nothing of its own.
  if (only !== undefined && children.length === 1 && only.text === reason.text && reason.causes === undefined)
    return <ReasonTree reason={only} evidence={evidence} depth={depth} />;
  const line = (
    <>
      <StateIcon state={reason.verdict} />
      <span class="unseen">{reasonWords[reason.verdict]}: </span>
      <span class="reason-text">
        <Text>{reason.text}</Text>
        {reason.resource !== undefined && !reason.text.includes(reason.resource.name) && (
          <>
            {' '}
            (<Text>{reason.resource.name}</Text>)
          </>
        )}
      </span>{' '}
      <Marks reason={reason} evidence={evidence} />
    </>
  );
  const together = reason.kind === 'together';
  const inside = (
    <>
      <Comparison reason={reason} />
      {/* Parts that are not known name their own missing answers. */}
      {children.every((child) => child.causes === undefined) && <Causes reason={reason} />}
      {together ? (
        <Paths reason={reason} evidence={evidence} />
      ) : (
        children.length > 0 && <Children reason={reason} evidence={evidence} depth={depth} />
      )}
      {reason.omitted !== undefined && reason.omitted > 0 && (
        <p class="quiet">
          Not listed: {reason.omitted} more like {children.length === 1 ? 'this' : 'these'}.
        </p>
      )}
      {reason.witness !== undefined && (
        <div class="witness">
          <p>
            <strong>An event that nobody would be told of:</strong>
          </p>
          <Json value={reason.witness} label="Witness event" />
        </div>
      )}
    </>
  );
  if (children.length === 0 || together)
    return (
      <div class="reason">
        <p class="reason-line">{line}</p>
        {inside}
      </div>
    );
  // What holds is folded away where something else does not.
  return (
    <details class="reason" open={reason.verdict !== 'pass' || depth < 2}>
      <summary class="reason-line">{line}</summary>
      {inside}
    </details>
  );
}

function Children({
  reason,
  evidence,
  depth,
}: {
  readonly reason: Reason;
  readonly evidence: EvidenceList;
  readonly depth: number;
}): JSX.Element {
  const children = reason.children ?? [];
  const item = (child: Reason, index: number): JSX.Element => (
    <li key={index}>
      <ReasonTree reason={child} evidence={evidence} depth={depth + 1} />
    </li>
  );
  return (
    <>
      <ul class="reasons">{children.slice(0, shownAtOnce).map(item)}</ul>
      {children.length > shownAtOnce && (
        <details>
          <summary>{children.length - shownAtOnce} more</summary>
          <ul class="reasons">{children.slice(shownAtOnce).map(item)}</ul>
        </details>
      )}
    </>
  );
}

/** The paths of a `together`: the one that got farthest as a picture, the others folded. */
function Paths({
  reason: together,
  evidence,
}: {
  readonly reason: Reason;
  readonly evidence: EvidenceList;
}): JSX.Element | null {
  const [first, ...others] = together.children ?? [];
  if (first === undefined) return null;
  const part = (reason: Reason): JSX.Element => <ReasonTree reason={reason} evidence={evidence} depth={2} />;
  return (
    <>
      <Chain path={first} evidence={evidence} part={part} />
      {others.length > 0 && (
        <details>
          <summary>
            {others.length === 1 ? 'One other way was tried' : `${others.length} other ways were tried`}
          </summary>
          {others.map((path, index) => (
            <details key={index} class="other-path" open={others.length === 1}>
              <summary>
                <StateIcon state={path.verdict} /> <Text>{path.text}</Text>
              </summary>
              <Chain path={path} evidence={evidence} part={part} />
            </details>
          ))}
        </details>
      )}
    </>
  );
}

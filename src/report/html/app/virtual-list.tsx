import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Rows that are ready above and below what is seen. */
const overscan = 8;
/** Browsers give up on elements some 17 million pixels high; longer lists scroll in larger steps. */
const tallest = 12_000_000;

/**
 * A long list of rows of one height, of which only those in sight are in the page. It is a table to assistive
 * technology, with the true number of each row. Arrow keys, j and k, page keys, Home and End go through all of it.
 */
export function VirtualList({
  count,
  rowHeight,
  label,
  head,
  row,
  open,
}: {
  readonly count: number;
  /** Pixels. */
  readonly rowHeight: number;
  readonly label: string;
  /** The row of heads. */
  readonly head: ComponentChildren;
  /** The cells of a row; the one link in it takes the tab index. */
  readonly row: (index: number, tabIndex: 0 | -1) => ComponentChildren;
  readonly open: (index: number) => void;
}): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState(0);
  const [height, setHeight] = useState(600);
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);

  const full = count * rowHeight;
  const inner = Math.min(full, tallest);
  const scale = inner > height && full > inner ? (full - height) / (inner - height) : 1;
  const top = scroll * scale;
  const first = Math.max(0, Math.floor(top / rowHeight) - overscan);
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + overscan);
  const current = Math.min(active, Math.max(0, count - 1));

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    setHeight(element.clientHeight);
    return () => observer.disconnect();
  }, []);

  // Another list begins at its top.
  useLayoutEffect(() => {
    if (frame.current !== null && frame.current.scrollTop > inner) frame.current.scrollTop = 0;
  }, [inner]);

  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    frame.current?.querySelector<HTMLElement>(`[data-row="${current}"] a`)?.focus({ preventScroll: true });
  });

  function moveTo(index: number): void {
    const element = frame.current;
    if (element === null || count === 0) return;
    const target = Math.max(0, Math.min(count - 1, index));
    const rowTop = target * rowHeight;
    if (rowTop < top) element.scrollTop = rowTop / scale;
    else if (rowTop + rowHeight > top + height) element.scrollTop = (rowTop + rowHeight - height) / scale;
    wantsFocus.current = true;
    setScroll(element.scrollTop);
    setActive(target);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      j: current + 1,
      ArrowUp: current - 1,
      k: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: count - 1,
    };
    const target = steps[event.key];
    if (target !== undefined) {
      event.preventDefault();
      moveTo(target);
    } else if (event.key === 'Enter' && !(event.target instanceof HTMLAnchorElement)) {
      open(current);
    }
  }

  const rows: JSX.Element[] = [];
  const render = (index: number): void => {
    rows.push(
      <div
        key={index}
        role="row"
        aria-rowindex={index + 2}
        data-row={index}
        class={`list-row ${index % 2 === 1 ? 'odd' : ''}`}
        style={{ transform: `translateY(${index * rowHeight - top + scroll}px)`, height: `${rowHeight}px` }}
        onFocusIn={() => setActive(index)}
      >
        {row(index, index === current ? 0 : -1)}
      </div>,
    );
  };
  // The row that has the focus stays, so that keys keep working after scrolling away from it.
  if (count > 0 && current < first) render(current);
  for (let index = first; index < last; index += 1) render(index);
  if (count > 0 && current >= last) render(current);

  return (
    <div class="list" role="table" aria-label={label} aria-rowcount={count + 1}>
      <div class="list-head" role="rowgroup">
        <div class="list-row" role="row" aria-rowindex={1}>
          {head}
        </div>
      </div>
      <div
        ref={frame}
        class="list-frame"
        role="rowgroup"
        onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
      >
        <div class="list-inner" role="presentation" style={{ height: `${inner}px` }}>
          {rows}
        </div>
      </div>
    </div>
  );
}

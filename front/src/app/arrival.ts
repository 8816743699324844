// Where the focus goes after a change of page: to the new page's title, where a screen reader then begins to read. It
// stays on a tab of a strip that is there before and after, and where the page itself put it.
const AWAITED_MS = 10_000; // a title that comes with what the page reads

// Call it when the new page stands, with what had the focus before. Returns how to stop.
export function arrive(main: HTMLElement, before: Element | null): () => void {
  const isKept = (): boolean => {
    const held = document.activeElement;
    if (!held || held === document.body || held === main) return false;
    if (held === before) return held.closest("[data-tabs]") !== null;
    return main.contains(held);
  };
  const settle = (): void => {
    if (isKept()) return;
    const title = main.querySelector<HTMLElement>("h1") ?? main;
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  };
  settle();
  // Until the title is there, or the one that was is another: only what lost the focus is given it again.
  const watch = new MutationObserver(() => {
    if (document.activeElement === document.body || document.activeElement === main) settle();
  });
  const stop = (): void => {
    watch.disconnect();
    clearTimeout(timer);
    document.removeEventListener("keydown", stop, true);
    document.removeEventListener("pointerdown", stop, true);
  };
  const timer = setTimeout(stop, AWAITED_MS);
  watch.observe(main, { childList: true, subtree: true });
  document.addEventListener("keydown", stop, true); // the reader goes on
  document.addEventListener("pointerdown", stop, true);
  return stop;
}

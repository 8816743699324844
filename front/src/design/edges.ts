// What scrolls sideways says at which side it goes on: its `data-cut` is "start", "end" or both, and base.css fades
// it there. Returns how to stop.
export function watchEdges(element: HTMLElement): () => void {
  const look = (): void => {
    const hidden = element.scrollWidth - element.clientWidth;
    const at = Math.abs(element.scrollLeft);
    const cut = [at > 1 ? "start" : "", hidden - at > 1 ? "end" : ""].filter(Boolean).join(" ");
    if (cut) element.dataset.cut = cut;
    else delete element.dataset.cut;
  };
  const sizes = new ResizeObserver(look); // looks at once, and at each change
  for (const one of [element, ...element.children]) sizes.observe(one);
  element.addEventListener("scroll", look, { passive: true });
  return () => {
    sizes.disconnect();
    element.removeEventListener("scroll", look);
  };
}

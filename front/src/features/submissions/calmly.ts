// An act that many events ask for: at once for the first, then at most once in a while, the last not forgotten.
export function calmly(act: () => void, pauseMs = 2000): () => void {
  let rests = false;
  let isAsked = false;
  const run = (): void => {
    if (rests) {
      isAsked = true;
      return;
    }
    rests = true;
    isAsked = false;
    act();
    setTimeout(() => {
      rests = false;
      if (isAsked) run();
    }, pauseMs);
  };
  return run;
}

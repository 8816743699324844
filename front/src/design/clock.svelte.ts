// The present, for relative times: one ticking value for the whole page.
class Clock {
  now = $state(Date.now());
  constructor() {
    setInterval(() => {
      if (!document.hidden) this.now = Date.now();
    }, 10_000);
  }
}
export const clock = new Clock();

// One act of a form or a button: whether it waits for its answer, and what went wrong.
import { asProblem, type Problem } from "./problem";

export class Act {
  isBusy = $state(false);
  problem = $state.raw<Problem>();

  // Whether it was done. A second press while the first waits does nothing.
  async run(act: () => Promise<void>): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.problem = undefined;
    try {
      await act();
      return true;
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return false;
    } finally {
      this.isBusy = false;
    }
  }
}

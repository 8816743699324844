// Nothing may go wrong unseen: what a page writes to the console as an error, throws, or fails to load.
import type { Page, Request } from "@playwright/test";

export class Watch {
  private readonly seen: string[] = [];
  private readonly allowed: RegExp[] = [];

  constructor(page: Page) {
    page.on("console", (said) => {
      // A refused request is noted below, with its method and status; the console's word of it says less.
      if (said.type() === "error" && !said.text().startsWith("Failed to load resource"))
        this.seen.push(`console: ${said.text()} (${said.location().url})`);
    });
    page.on("pageerror", (thrown) => this.seen.push(`thrown: ${thrown.stack ?? thrown.message}`));
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      // Leaving a page ends what it was reading, and that is no failure.
      if (why !== "net::ERR_ABORTED") this.seen.push(`${line(request)} failed: ${why}`);
    });
    page.on("response", (answer) => {
      if (answer.status() >= 400) this.seen.push(`${line(answer.request())} was answered ${answer.status()}`);
    });
  }

  // What this test brings about on purpose: allow(/POST .*sign-in was answered 401/).
  allow(...these: RegExp[]): void {
    this.allowed.push(...these);
  }

  get troubles(): string[] {
    return this.seen.filter((text) => !this.allowed.some((one) => one.test(text)));
  }
}

function line(request: Request): string {
  return `${request.method()} ${new URL(request.url()).pathname}`;
}

// A real center: `agora serve` on a free port with a new folder, its first people and an open event.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packed, root, splitBreastCancer } from "./kits.ts";
import { type Json, password, Person, Refused, until, Visitor } from "./people.ts";

const program = process.env["AGORA"] ?? join(root, "build/release/agora");
const scopes = ["read", "submit", "organise", "admin"];

export class Center {
  readonly folder = mkdtempSync(join(tmpdir(), "agora-browser-"));
  url = "";
  private process?: ChildProcess;
  private invitation = "";
  administrator!: Person;

  // `options` as on the command line of `agora serve`.
  static async start(...options: string[]): Promise<Center> {
    const center = new Center();
    try {
      await center.serve(options);
      center.administrator = await center.signUp("Grace Hopper", center.invitation);
      return center;
    } catch (failed) {
      await center.stop();
      throw failed;
    }
  }

  get log(): string {
    return readFileSync(join(this.folder, "server.log"), "utf8");
  }

  private async serve(options: string[], address = "127.0.0.1:0"): Promise<void> {
    const words = ["serve", "--data", join(this.folder, "data"), "--listen", address];
    const log = openSync(join(this.folder, "server.log"), "a");
    const rate = ["--requests-per-minute", "1000000"]; // all tests come from one address
    this.process = spawn(program, [...words, ...rate, ...options], { stdio: ["ignore", log, log] });
    closeSync(log);
    const missing = new Promise<never>((_, fail) => this.process?.once("error", fail));
    await Promise.race([missing, until(60, "the server", async () => this.isOpen())]);
  }

  private async isOpen(): Promise<true | undefined> {
    const text = this.log;
    if (this.process?.exitCode !== null) throw new Error(`the server ended: ${text}`);
    this.url = /is open at (http:\/\/\S+)/.exec(text)?.[1] ?? "";
    this.invitation = /--invitation (\S+)/.exec(text)?.[1] ?? "";
    if (!this.url || !this.invitation) return undefined;
    const answer = await fetch(`${this.url}/api/v1/health`).catch(() => undefined);
    return answer?.ok || undefined;
  }

  // As a loss of power: nothing is told, nothing is put in order. `again` starts it on the same folder and port.
  async crash(): Promise<void> {
    const ended = new Promise((done) => this.process?.once("exit", done));
    this.process?.kill("SIGKILL");
    await ended;
  }

  again(): Promise<void> {
    return this.serve([], new URL(this.url).host);
  }

  async stop(): Promise<void> {
    if (this.process && this.process.exitCode === null && this.process.signalCode === null) {
      const ended = new Promise((done) => this.process?.once("exit", done));
      const late = setTimeout(() => this.process?.kill("SIGKILL"), 30_000);
      this.process.kill("SIGTERM");
      await ended;
      clearTimeout(late);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  get stranger(): Visitor {
    return new Visitor(this.url);
  }

  // A new person, signed in: "Ada Lovelace" is ada@example.org.
  async signUp(name: string, invitation?: string): Promise<Person> {
    const email = `${name.split(" ")[0]?.toLowerCase()}@example.org`;
    await this.stranger.post("/sign-up", { email, name, password, ...(invitation ? { invitation } : {}) });
    const answer = await this.stranger.send("POST", "/sign-in", { email, password });
    if (!answer.ok) throw new Refused(answer.status, await answer.text());
    const session = /agora_session=([^;]+)/.exec(answer.headers.get("Set-Cookie") ?? "")?.[1] ?? "";
    const own = { Cookie: `agora_session=${session}`, Origin: this.url };
    const made = await this.stranger.ask("POST", "/me/tokens", { name: "test", scopes }, own);
    return new Person(this.url, name, email, session, made.token);
  }

  // A new person whom the administrator invited, with a role of the platform or none.
  async person(name: string, role?: "administrator" | "organiser"): Promise<Person> {
    const invited = await this.administrator.post("/invitations", role ? { role } : {});
    return this.signUp(name, invited.code);
  }

  // An event made from a kit, checked and open.
  async openEvent(organiser: Person, more: Record<string, unknown> = {}): Promise<Json> {
    const { kit, hidden } = splitBreastCancer(mkdtempSync(join(this.folder, "kit-")));
    const uploads = {
      kit_upload: await organiser.upload(packed(kit)),
      data_upload: await organiser.upload(packed(hidden)),
    };
    const made = await organiser.post("/events", { ...uploads, ...more });
    const event = await until(120, "the check of the kit", async () => {
      const found = await organiser.get(`/events/${made.slug}`);
      return ["draft", "checking"].includes(found.state) ? undefined : found;
    });
    if (event.state === "refused") throw new Error(`the kit was refused: ${JSON.stringify(event.findings)}`);
    return organiser.post(`/events/${event.slug}/open`, {});
  }
}

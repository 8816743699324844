// A center in which something happened: submissions that were scored and that failed, messages, a notice, a group, a
// person who waits for approval, an invitation, an event whose kit was refused and one that nobody joined yet.
import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packed, splitBreastCancer, submissionOf, type SubmittedFile } from "./kits.ts";
import { type Json, password, type Person, until } from "./people.ts";
import { test as base, type Town } from "./test.ts";

export type Filled = Town & { member: Person; handle: string; scored: Json; failed: Json; refused: Json };

const notice = "The center rests on Sunday from 08:00 to 09:00: its machine is looked after.";

// Ends with an error on the line that is marked.
function withError(files: SubmittedFile[]): SubmittedFile[] {
  return files.map((file) =>
    file.path === "classifier.py"
      ? { ...file, content: file.content.replace("self.model_.fit(X, y)", "self.model_.fit(X, y[:-1])  # one short") }
      : file,
  );
}

async function refusedEvent(town: Town): Promise<Json> {
  const folder = mkdtempSync(join(town.folder, "kit-"));
  const { kit } = splitBreastCancer(folder);
  const broken = join(folder, "broken");
  cpSync(kit, broken, { recursive: true });
  writeFileSync(join(broken, "problem.py"), 'problem_title = "Tides"\n\n\ndef get_train_data(path)\n    return None\n');
  const kit_upload = await town.organiser.upload(packed(broken));
  const made = await town.organiser.post("/events", { kit_upload, slug: "tides", title: "Tides of the estuary" });
  return until(60, "the refusal of the kit", async () => {
    const found = await town.organiser.get(`/events/${made.slug}`);
    return found.state === "refused" ? found : undefined;
  });
}

async function fill(town: Town): Promise<Filled> {
  const { organiser, ada, bruno, administrator, event } = town;
  const member = await town.person("Mira Novak");
  const starting = submissionOf("breast_cancer", "starting_kit");
  const all = submissionOf("breast_cancer", "all_measurements");
  const sent = [
    await ada.submit(event.slug, "first_line", starting),
    await ada.submit(event.slug, "one_short", withError(starting)),
    await bruno.submit(event.slug, "all_measurements", all),
    await bruno.submit(event.slug, "plain", starting),
  ];
  await organiser.post(`/events/${event.slug}/messages`, {
    title: "The starting kit has a second reader",
    text: "`load_columns` reads **named columns** alone.\n\n- It is in `problem.py`.\n- Nothing of yours has to change.",
  });
  await organiser.post(`/events/${event.slug}/messages`, { title: "Welcome", text: "Ask here what is not clear." });
  await town.openEvent(organiser, { slug: "second-reading", title: "Second reading of breast masses" });
  const refused = await refusedEvent(town);
  await administrator.post("/invitations", { role: "organiser" });
  await administrator.post("/groups", { name: "imaging", title: "Imaging" });
  const approval = { center_name: "Center for data science", notice, sign_up: "approved" };
  await administrator.ask("PATCH", "/settings", approval);
  await town.stranger.post("/sign-up", { email: "paula@example.org", name: "Paula Pending", password });
  const { handle } = (await ada.get("/me")).person;
  const [scored, failed] = [await ada.untilEnded(sent[0]), await ada.untilEnded(sent[1])];
  await Promise.all([bruno.untilEnded(sent[2]), bruno.untilEnded(sent[3])]);
  if (scored.state !== "scored" || failed.state !== "failed")
    throw new Error(`the submissions became ${scored.state} and ${failed.state}`);
  return Object.assign(town, { member, handle, scored, failed, refused });
}

export const test = base.extend<object, { filled: Filled }>({
  filled: [async ({ center }, use) => use(await fill(center)), { scope: "worker", timeout: 240_000 }],
});
